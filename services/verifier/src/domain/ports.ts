import type { ResolveVerificationMethod } from '#did/resolver';
import type { ProofResult } from '#proofs/verify-proofs';
import type { Cell, RegistryStatement } from '#trust/cell';
import type { Clock } from '#vc/clock';
import type { Overall } from './report.ts';
import type { Reliance, Reliances } from './watching/ports.ts';

/** A key that the registry pins for an organisation. Times are dateTimeStamps. */
export interface PinnedKey {
  /** RFC 7638, base64url */
  thumbprint: string;
  publicKeyMultibase: string;
  verificationMethod: string;
  purpose: 'assertion' | 'status' | 'receipt';
  validFrom: string;
  validUntil: string | null;
  state: 'active' | 'retired' | 'compromised';
}

export interface Accreditation {
  credentialType: string;
  action: 'issue' | 'request';
  validFrom: string;
  validUntil: string | null;
  withdrawnAt: string | null;
  withdrawnForCause: boolean;
}

export type OrganisationStatus = 'invited' | 'registered' | 'suspended' | 'closed' | 'merged';

/** What a registry says of one organisation. */
export interface TrustRecord {
  organisation: {
    odsCode: string;
    did: string;
    /** now */
    status: OrganisationStatus;
    /** oldest first; each counts until the next begins */
    statusHistory: readonly { status: OrganisationStatus; validFrom: string }[];
  };
  keys: readonly PinnedKey[];
  accreditations: readonly Accreditation[];
  /** of the registry when this record last changed */
  epoch: number;
}

/** What is known of the registry of one cell. */
export interface RegistryState {
  /** DID */
  cell: string;
  epoch: number;
  /** milliseconds: when the registry made the newest statement that was heard of it */
  confirmedAt: number;
  /** milliseconds: how long the registry lets that be used */
  expiresAt: number;
  /** by the DID of the organisation */
  records: ReadonlyMap<string, TrustRecord>;
}

/** A statement whose signature holds, with records of the right shape. */
export interface ReadStatement extends Omit<RegistryStatement, 'records'> {
  records: readonly TrustRecord[];
}

/**
 * @param since the epoch after which changes are wanted; undefined: a snapshot
 * @throws VcError SERVICE_UNAVAILABLE, REGISTRY_STATEMENT_INVALID, REGISTRY_STALE or REGISTRY_ROLLBACK
 */
export type FetchStatement = (cell: Cell, since: number | undefined) => Promise<ReadStatement>;

export interface AdvanceOptions {
  /** whether its records may differ from what was kept at this epoch */
  hasNewRecords: boolean;
  /** milliseconds: no confirmation from after this has come yet */
  latest: number;
}

/** The memory of registries that all replicas share and that outlives the process. */
export interface RegistryStates {
  load(): Promise<RegistryState[]>;
  /**
   * Keeps a state unless a newer one is kept: the epoch never falls, nor at one epoch the time of confirmation, unless
   * that has not come yet.
   * @returns what is kept now
   */
  advance(state: RegistryState, options: AdvanceOptions): Promise<RegistryState>;
}

/** Which state of which registry an answer relies on. */
export interface RegistrySource {
  /** DID of the cell */
  authority: string;
  epoch: number;
  /** milliseconds */
  confirmedAt: number;
}

export interface FoundRecord {
  /** undefined for an organisation that no admitted registry knows */
  record: TrustRecord | undefined;
  /** undefined for a DID of no admitted cell */
  source?: RegistrySource;
  /** whether the registry was not heard of for so long that what the record lacks may have come since */
  isOld: boolean;
}

export interface TrustRecords {
  /**
   * @param did of the organisation, whichever cell it is of
   * @param maxAgeMs when what is known is older the registry is asked first; the freshness of the records unless given
   * @throws VcError REGISTRY_UNAVAILABLE, REGISTRY_STALE or REGISTRY_STATEMENT_INVALID: nothing may be concluded
   */
  find(did: string, maxAgeMs?: number): Promise<FoundRecord>;
}

export type StatusPurpose = 'revocation' | 'suspension';

/** A status list whose proofs hold. Whether the registry pins their keys is asked at each use. */
export interface StatusList {
  url: string;
  /** a W3C bitstring, or the bytes of an IETF Token Status List: they are read from opposite ends */
  kind: 'bitstring' | 'token';
  issuer: string;
  /** `message` also of a token list, whose values are the same four */
  purpose: string;
  /** bits of an entry: 2 in a list of messages and in a token list, else 1 */
  entrySize: 1 | 2;
  bits: Uint8Array;
  /** `validFrom`, or of a token the claim `version`; milliseconds */
  version: number;
  /** milliseconds */
  validUntil: number;
  proofs: readonly ProofResult[];
  /** milliseconds, the moment before the fetch */
  fetchedAt: number;
}

export interface StatusLists {
  /** @throws VcError STATUS_RETRIEVAL_ERROR, STATUS_VERIFICATION_ERROR, STATUS_LIST_LENGTH_ERROR, STATUS_LIST_STALE or STATUS_LIST_ROLLBACK */
  load(url: string, kind: StatusList['kind']): Promise<StatusList>;
}

export interface FetchedList {
  /** JSON, or the text of a token */
  document: unknown;
  /** of the bytes as they came */
  digest: Uint8Array;
  /** milliseconds, where it was not now */
  fetchedAt?: number;
}

/** @throws VcError STATUS_RETRIEVAL_ERROR */
export type FetchStatusList = (url: string, kind: StatusList['kind']) => Promise<FetchedList>;

/** A version of a list, or of the genesis file, as it was met, for the memory that outlives the process. */
export interface SeenVersion {
  /** of the genesis file its anchor */
  listUrl: string;
  version: number;
  digest: Uint8Array;
  /** milliseconds */
  at: number;
}

export interface SeenVersions {
  /** Records the version unless a newer one, or another list of this version, was seen before: then not. */
  advance(seen: SeenVersion): Promise<'newest' | 'older' | 'different'>;
}

/** Who asks: a trust, through one of its clients. */
export interface Asker {
  odsCode: string;
  clientId: string;
}

export interface ChallengeUse {
  challenge: string;
  asker: Asker;
  /** milliseconds */
  at: number;
  /** what the presentation came to, for the audit row; one that is unknown leaves the challenge open */
  overall: Overall;
  credentials: number;
  passed: number;
  /** kept when the challenge is burned, with it */
  reliances: readonly Reliance[];
}

export type ChallengeFate = 'burned' | 'kept' | 'unknown' | 'used' | 'expired';

export interface Challenges {
  create(challenge: {
    challenge: string;
    asker: Asker;
    at: number;
    expiresAt: number;
  }): Promise<void>;
  /**
   * Uses up a challenge of this trust: of any number of parallel calls one gets `burned`. An answer that is unknown
   * decides nothing: then it is `kept`, to be answered by the same presentation once more can be known.
   */
  burn(use: ChallengeUse): Promise<ChallengeFate>;
}

/** What verifying needs of the world. */
export interface VerifierPorts {
  publicOrigin: string;
  trustRecords: TrustRecords;
  statusLists: StatusLists;
  resolveVerificationMethod: ResolveVerificationMethod;
  challenges: Challenges;
  reliances: Reliances;
  /** milliseconds for which the status of a credential without an end is watched */
  watchMs: number;
  clock: Clock;
}
