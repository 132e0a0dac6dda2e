import type { RegistryChange } from './changes/change.ts';
import type {
  Accreditation,
  KeyPurpose,
  KeyState,
  LeadEmployment,
  Organisation,
  OrganisationStatus,
  Period,
  PinnedKey,
  PublishedOrganisation,
} from './organisation.ts';

export interface KeyToPin extends Period {
  thumbprint: string;
  publicKeyMultibase: string;
  odsCode: string;
  purpose: KeyPurpose;
}

export type ChecklistItem =
  | 'did-control'
  | 'keys-pinned'
  | 'contacts'
  | 'information-governance'
  | 'accredited'
  | 'test-issue';

/** An item that somebody has done, kept as such. */
export interface CheckedItem {
  item: ChecklistItem;
  doneAt: number;
  reference: string | null;
}

export interface TeamContact {
  team: 'humanResources' | 'occupationalHealth' | 'education';
  email: string;
  phone: string | null;
}

export interface Decision {
  state: 'approved' | 'rejected';
  by: string;
  at: number;
  note: string | null;
}

/** Reads and writes of one transaction. Times are milliseconds since the epoch. */
export interface RegistryChanges
  extends OrganisationChanges,
    KeyChanges,
    AccreditationChanges,
    PeopleChanges,
    ChecklistChanges,
    ProposalChanges {
  /**
   * Holds the registry until the transaction ends: one change of organisations, keys or accreditations at a time, and
   * each sees all that those before it did. @returns the epoch
   */
  lockRegistry(): Promise<number>;
  /** Does the work and undoes all that it wrote and held. */
  tryOut<T>(work: () => Promise<T>): Promise<T>;
  /** Writes down the records as they are now. Once, at the end. @returns the registry's epoch after it */
  appendVersions(odsCodes: string[], at: number): Promise<number>;
}

export interface OrganisationChanges {
  findOrganisation(odsCode: string): Promise<PublishedOrganisation | undefined>;
  /** With its first status. @returns false when the ODS code has ever been used */
  insertOrganisation(organisation: Organisation, at: number): Promise<boolean>;
  /** Its new status, and the next entry of its dated ones. */
  updateOrganisationStatus(
    odsCode: string,
    change: {
      status: OrganisationStatus;
      mergedInto: string | null;
      reason: string;
      /** from when the new status counts */
      validFrom: number;
      at: number;
    },
  ): Promise<void>;
  /** The organisations that were merged into any of these. */
  listMergedInto(odsCodes: readonly string[]): Promise<string[]>;
  listLeadEmployments(leadEmployer: string): Promise<LeadEmployment[]>;
  insertLeadEmployment(employment: LeadEmployment): Promise<void>;
  endLeadEmployment(id: string, at: number): Promise<void>;
}

export interface KeyChanges {
  /** Adds the key unless it is there. @returns whose it is and its state, also when it was there before */
  insertKey(key: KeyToPin, at: number): Promise<{ odsCode: string; state: KeyState }>;
  /** @returns false when the key already has the purpose */
  insertKeyPurpose(key: KeyToPin): Promise<boolean>;
  /** Every purpose of every key of the organisation. */
  listKeys(odsCode: string): Promise<PinnedKey[]>;
  /** Every purpose of a key of this organisation; empty when it has no such key. */
  listKeyPurposes(odsCode: string, thumbprint: string): Promise<PinnedKey[]>;
  updateKeyState(
    thumbprint: string,
    change: { state: KeyState; reason: string | null; at: number },
  ): Promise<void>;
  /** Periods that go on after `at` end there; one that has not begun becomes empty. */
  endKeyPurposes(thumbprint: string, at: number): Promise<void>;
  /** @returns whether it was one of this organisation's, still alive at `aliveAt`, that nobody had used */
  useChallenge(
    challenge: string,
    options: { odsCode: string; aliveAt: number; usedAt: number },
  ): Promise<boolean>;
}

export interface ChallengeStore {
  insertChallenge(
    challenge: string,
    options: { odsCode: string; expiresAt: number },
  ): Promise<void>;
}

export interface AccreditationChanges {
  listAccreditations(odsCode: string): Promise<Accreditation[]>;
  insertAccreditation(
    odsCode: string,
    accreditation: Accreditation,
    options: { evidence: string | null; at: number },
  ): Promise<void>;
  updateWithdrawal(
    id: string,
    withdrawal: { withdrawnAt: number; forCause: boolean; reason: string },
  ): Promise<void>;
}

/** Who may sign for an organisation. */
export interface PeopleChanges {
  isSignatory(odsCode: string, subject: string): Promise<boolean>;
  /** @returns false when they are one */
  insertSignatory(odsCode: string, subject: string, at: number): Promise<boolean>;
  /** @returns false when they are none */
  endSignatory(odsCode: string, subject: string, at: number): Promise<boolean>;
}

export interface ChecklistChanges {
  /** Every team's, or none. */
  listContacts(odsCode: string): Promise<TeamContact[]>;
  saveContacts(odsCode: string, contacts: readonly TeamContact[]): Promise<void>;
  listCheckedItems(odsCode: string): Promise<CheckedItem[]>;
  saveCheckedItem(odsCode: string, item: CheckedItem): Promise<void>;
}

/** What the checklist is made of, for whoever only looks. */
export type ReadinessReader = Pick<
  RegistryChanges,
  'findOrganisation' | 'listKeys' | 'listAccreditations' | 'listCheckedItems'
>;

/** Whom to ask at an organisation, and whether who asks is told. */
export type ContactReader = Pick<RegistryChanges, 'findOrganisation' | 'listContacts'>;

export interface ProposalChanges {
  insertChange(change: Omit<RegistryChange, 'number'>): Promise<void>;
  findChange(id: string): Promise<RegistryChange | undefined>;
  /** @returns false unless it was still proposed and in time: one decision wins */
  decideChange(id: string, decision: Decision): Promise<boolean>;
  completeChange(id: string, completed: Pick<RegistryChange, 'results' | 'epoch'>): Promise<void>;
}

export interface ChangeFilter {
  /** as it is at `now` */
  state?: RegistryChange['state'] | undefined;
  /** changes that concern all of these organisations */
  odsCodes: string[];
  /** only those proposed before the one with this number */
  before?: number | undefined;
  limit: number;
  now: number;
}

/** What was proposed and decided, for the people who may read it. */
export interface ChangeReader {
  findChange(id: string): Promise<RegistryChange | undefined>;
  /** newest first */
  listChanges(filter: ChangeFilter): Promise<RegistryChange[]>;
}

/** What goes into the audit chain about a change: identifiers and codes, no text. */
export interface ChangeEvent {
  action: string;
  subject: Record<string, string | number>;
}

/** What was done, and what the audit chain says of it: nothing when nothing changed. */
export interface Outcome<T> {
  result: T;
  events: ChangeEvent[];
}

/** A request that changes the registry, as far as repeating it matters. */
export interface ChangeRequest {
  clientId: string;
  /** the trust or ICS that the caller acts for */
  odsCode: string | undefined;
  /** `sub` of the person who calls; undefined for a system */
  person: string | undefined;
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
 * Makes a change, its audit rows and its remembered answer in one transaction. The same key and request again get the
 * same bytes and change nothing.
 */
export type ChangeOnce = <T>(
  request: ChangeRequest,
  options: {
    change: (changes: RegistryChanges) => Promise<Outcome<T>>;
    answer: (result: T) => { status: number; body: unknown };
  },
) => Promise<ChangeAnswer>;
