import type {
  Accreditation,
  KeyPurpose,
  KeyState,
  Organisation,
  OrganisationStatus,
  Period,
  PinnedKey,
} from './organisation.ts';

export interface KeyToPin extends Period {
  thumbprint: string;
  publicKeyMultibase: string;
  odsCode: string;
  purpose: KeyPurpose;
}

/** Reads and writes of one transaction. Times are milliseconds since the epoch. */
export interface RegistryChanges {
  /** Holds the organisation's row until the transaction ends: changes of one organisation follow one another. */
  lockOrganisation(odsCode: string): Promise<Organisation | undefined>;
  /** @returns false when the ODS code has ever been used */
  insertOrganisation(organisation: Organisation, at: number): Promise<boolean>;
  updateOrganisationStatus(
    odsCode: string,
    change: { status: OrganisationStatus; reason: string; at: number },
  ): Promise<void>;
  /** Adds the key unless it is there. @returns whose it is and its state, also when it was there before */
  insertKey(key: KeyToPin, at: number): Promise<{ odsCode: string; state: KeyState }>;
  /** @returns false when the key already has the purpose */
  insertKeyPurpose(key: KeyToPin): Promise<boolean>;
  /** Every purpose of a key of this organisation; empty when it has no such key. */
  listKeyPurposes(odsCode: string, thumbprint: string): Promise<PinnedKey[]>;
  updateKeyState(thumbprint: string, state: KeyState, at: number): Promise<void>;
  /** Periods that go on after `at` end there; one that has not begun becomes empty. */
  endKeyPurposes(thumbprint: string, at: number): Promise<void>;
  listAccreditations(odsCode: string): Promise<Accreditation[]>;
  insertAccreditation(odsCode: string, accreditation: Accreditation, at: number): Promise<void>;
  updateWithdrawal(
    id: string,
    withdrawal: { withdrawnAt: number; forCause: boolean; reason: string },
  ): Promise<void>;
}

/** What goes into the audit chain about a change: identifiers and codes, no text. */
export interface ChangeEvent {
  action: string;
  subject: Record<string, string>;
}

export interface Change<T> {
  result: T;
  event: ChangeEvent;
}

/** A request that changes the registry, as far as repeating it matters. */
export interface ChangeRequest {
  clientId: string;
  idempotencyKey: string;
  method: string;
  path: string;
  body: string;
}

export interface ChangeAnswer {
  status: number;
  contentType: string;
  body: string;
}

/**
 * Makes a change, its audit row and its remembered answer in one transaction. The same key and request again get the
 * same bytes and change nothing.
 */
export type ChangeOnce = <T>(
  request: ChangeRequest,
  options: {
    change: (changes: RegistryChanges) => Promise<Change<T>>;
    answer: (result: T) => { status: number; body: unknown };
  },
) => Promise<ChangeAnswer>;
