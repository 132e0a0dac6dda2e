import type { ResolveVerificationMethod } from '#did/resolver';
import type { ProofResult } from '#proofs/verify-proofs';
import type { Clock } from '#vc/clock';
import type { Overall } from './report.ts';

/** A key that the registry pins for an organisation. Times are dateTimeStamps. */
export interface PinnedKey {
  /** RFC 7638, base64url */
  thumbprint: string;
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

/** What the registry says of one organisation. */
export interface TrustRecord {
  organisation: { odsCode: string; did: string; status: 'registered' | 'suspended' | 'closed' };
  keys: readonly PinnedKey[];
  accreditations: readonly Accreditation[];
}

export interface TrustRecords {
  /**
   * @param maxAgeMs the oldest answer that will do; the freshness of the registry's records unless given
   * @returns undefined for an organisation that the registry does not know
   * @throws VcError REGISTRY_UNAVAILABLE
   */
  find(odsCode: string, maxAgeMs?: number): Promise<TrustRecord | undefined>;
}

export type StatusPurpose = 'revocation' | 'suspension';

/** A status list whose proofs hold. Whether the registry pins their keys is asked at each use. */
export interface StatusList {
  url: string;
  issuer: string;
  purpose: string;
  bits: Uint8Array;
  /** `validFrom` in milliseconds */
  version: number;
  /** milliseconds */
  validUntil: number;
  proofs: readonly ProofResult[];
  /** milliseconds, the moment before the fetch */
  fetchedAt: number;
}

export interface StatusLists {
  /** @throws VcError STATUS_RETRIEVAL_ERROR, STATUS_VERIFICATION_ERROR, STATUS_LIST_LENGTH_ERROR, STATUS_LIST_STALE or STATUS_LIST_ROLLBACK */
  load(url: string): Promise<StatusList>;
}

export interface FetchedList {
  document: unknown;
  /** of the bytes as they came */
  digest: Uint8Array;
}

/** @throws VcError STATUS_RETRIEVAL_ERROR */
export type FetchStatusList = (url: string) => Promise<FetchedList>;

/** A list's version as it was met, for the memory that outlives the process. */
export interface SeenVersion {
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
  /** for the audit row */
  overall: Overall;
  credentials: number;
  passed: number;
}

export interface Challenges {
  create(challenge: {
    challenge: string;
    asker: Asker;
    at: number;
    expiresAt: number;
  }): Promise<void>;
  /** Uses up a challenge of this trust: of any number of parallel calls one gets `burned`. */
  burn(use: ChallengeUse): Promise<'burned' | 'unknown' | 'used' | 'expired'>;
}

/** What verifying needs of the world. */
export interface VerifierPorts {
  publicOrigin: string;
  trustRecords: TrustRecords;
  statusLists: StatusLists;
  resolveVerificationMethod: ResolveVerificationMethod;
  challenges: Challenges;
  clock: Clock;
}
