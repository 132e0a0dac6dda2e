import type { Signer } from '#proofs/signer';
import type { CredentialForm } from '#vc/credential-form';
import type { Lifecycle } from './lifecycle.ts';

/** One call as the ledger needs to know it: whose, and what its idempotency key stands for. */
export interface Call {
  /** the acting trust */
  odsCode: string;
  clientId: string;
  /** who signed in, by an opaque identifier; undefined when a machine calls */
  person: Person | undefined;
  idempotencyKey: string | undefined;
  request: { method: string; path: string; body: Uint8Array };
}

export interface Person {
  /** `sub` */
  subject: string;
  acr: string;
}

/** What goes out, or went out before under the same idempotency key. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

export type KeyPurpose = 'assertion' | 'status';
export type StatusPurpose = 'revocation' | 'suspension';
/** `message` and `token` lists say both in two bits an entry. */
export type ListPurpose = StatusPurpose | 'message' | 'token';
export type CredentialState = 'active' | 'suspended' | 'revoked';

/** Dates of the registry: RFC 3339; a missing end is null. */
interface Period {
  validFrom: string;
  validUntil: string | null;
}

/** What the registry says of a trust. */
export interface TrustRecord {
  organisation: { odsCode: string; name: string; status: string; did: string };
  keys: (Period & { publicKeyMultibase: string; purpose: string; state: string })[];
  accreditations: (Period & {
    credentialType: string;
    action: string;
    withdrawnAt: string | null;
  })[];
}

/** @throws VcError ISSUER_NOT_REGISTERED, REGISTRY_UNAVAILABLE */
export type LoadTrustRecord = (odsCode: string) => Promise<TrustRecord>;

/** A list of a pair that says both in two bits: a W3C one, or an IETF one. */
export type TwoBitForm = Exclude<ListPurpose, StatusPurpose>;

/** Indexes of one pair of status lists, given to this process and to nobody else. */
export interface Lease {
  listPairId: string;
  revocationList: string;
  suspensionList: string;
  /** URL, known once it was asked for */
  messageList?: string | undefined;
  /** URL, known once it was asked for */
  tokenList?: string | undefined;
  indexes: readonly number[];
}

export interface StatusIndex extends Omit<Lease, 'indexes'> {
  index: number;
}

/** One bit of one trust's pair of lists, as it shall be. */
export interface BitChange {
  listPairId: string;
  index: number;
  purpose: StatusPurpose;
  value: boolean;
  reason: string;
}

export interface BitChanges {
  odsCode: string;
  clientId: string;
  /** at most MAX_BIT_CHANGES */
  changes: BitChange[];
}

/** The status list's part of one call. */
export const MAX_BIT_CHANGES = 500;

/** `refused`: the code. */
export type BitOutcome =
  | { changed: boolean; changedAt: string }
  | { refused: string; detail: string };

export interface StatusLists {
  /** @param forms two-bit lists whose URLs the answer must have */
  lease(odsCode: string, forms?: readonly TwoBitForm[]): Promise<Lease>;
  /**
   * @returns an outcome for each change, in their order
   * @throws VcError SERVICE_UNAVAILABLE
   */
  changeMany(batch: BitChanges): Promise<BitOutcome[]>;
}

export type StatusChangeRequest = BitChange & Omit<BitChanges, 'changes'>;

/** @throws VcError STATUS_CHANGE_REFUSED, NOT_FOUND, SERVICE_UNAVAILABLE */
export type ChangeBit = (
  change: StatusChangeRequest,
) => Promise<{ changed: boolean; changedAt: string }>;

/** A key of a trust, whose signer lets no signature out that its public half does not verify. */
export interface SigningKey {
  thumbprint: string;
  publicKeyMultibase: string;
  signer: Signer;
}

export interface SigningKeys {
  /** milliseconds for which the registry must have listed a key before it signs, while an older one can */
  leadMs: number;
  /** newest first; kept for a while */
  list(odsCode: string, purpose: KeyPurpose): Promise<SigningKey[]>;
  /** newest first, read now */
  reload(odsCode: string, purpose: KeyPurpose): Promise<SigningKey[]>;
}

/** The link between a person's record at a trust and the key that the person proved to hold. */
export interface Holder {
  id: string;
  employeeId: string;
  did: string;
  /** milliseconds since the epoch */
  boundAt: number;
}

export interface Holders {
  findByDid(odsCode: string, did: string): Promise<Holder | undefined>;
  findByEmployee(odsCode: string, employeeId: string): Promise<Holder | undefined>;
}

/** Why a newer credential takes an older one's place. */
export interface Supersession {
  /** the older one's bare UUID */
  credentialId: string;
  how: 'supersedes' | 'reissues';
  reason: string;
  internalNote: string | undefined;
}

/** One form of a credential: `document` is JSON text, or the compact text of a JWT or SD-JWT. */
export interface SignedForm {
  form: CredentialForm;
  document: string;
  /** SHA-256 of `document` */
  digest: Uint8Array;
}

/** A signed credential and everything that is recorded of it. Times in milliseconds since the epoch. */
export interface IssuedCredential extends SignedForm {
  id: string;
  odsCode: string;
  employeeId: string;
  holderDid: string;
  type: string;
  catalogueVersion: string;
  /** name of the organisation that `trustFramework` gives */
  provider: string;
  keyThumbprint: string;
  listPairId: string;
  listIndex: number;
  /** the same claims under the same id, in the order asked for */
  otherForms: readonly SignedForm[];
  issuedAt: number;
  validUntil: number | undefined;
  requestedBy: string;
  /** who signed in, by an opaque identifier */
  person: string | undefined;
  /** the caller's own name of what it mints together */
  batch: string | undefined;
  supersedes: Supersession | undefined;
}

/** What of a credential says whether a newer one may take its place. */
export interface OlderCredential {
  type: string;
  employeeId: string;
  lifecycle: Lifecycle;
  status: CredentialState;
  /** null while its status was never changed */
  statusReason: string | null;
}

export interface FormDefaults {
  /** The forms that a trust has set, by type or `default`; kept for a while. */
  load(odsCode: string): Promise<ReadonlyMap<string, readonly CredentialForm[]>>;
}

/** What is kept of a credential and its status, without the document. */
export interface CredentialRecord {
  id: string;
  employeeId: string;
  holderDid: string;
  type: string;
  listPairId: string;
  listIndex: number;
  issuedAt: number;
  validUntil: number | undefined;
  status: CredentialState;
  statusReason: string | undefined;
  statusChangedAt: number | undefined;
  lifecycle: Lifecycle;
  archivedAt: number | undefined;
}

export const ID_TAKEN = 'id-taken';

export interface IssuanceLedger {
  /** @returns undefined also for another trust's */
  findOlder(odsCode: string, id: string): Promise<OlderCredential | undefined>;
  /**
   * Answers an earlier equal call, or prepares a credential and commits its record, its audit row and the answer
   * together. Nothing that `prepare` signed is answered unless it is committed.
   * @returns ID_TAKEN, with nothing written, when a credential has this id already
   * @throws VcError CONFLICT, LIFECYCLE_CHANGE_REFUSED when what it supersedes was superseded or ended meanwhile
   */
  issueOnce(
    call: Call,
    prepare: () => Promise<IssuedCredential>,
  ): Promise<Answer | typeof ID_TAKEN>;
}
