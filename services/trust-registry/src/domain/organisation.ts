export type OrganisationKind = 'ics' | 'network' | 'trust';
export type OrganisationStatus = 'invited' | 'registered' | 'suspended' | 'closed' | 'merged';
export type SystemApproach = 'full-ics' | 'part-ics' | 'network';
export type StaffGroup = 'temporary-mover' | 'postgraduate-doctor-in-training';
export type RequestPurpose = 'recruitment' | 'rotation' | 'temporary-assignment';
export type KeyPurpose = 'assertion' | 'status' | 'receipt';
export type KeyState = 'active' | 'retired' | 'compromised';
export type AccreditedAction = 'issue' | 'request';

/** Half-open, `[validFrom, validUntil)`, in milliseconds since the epoch; null means no end is known. */
export interface Period {
  validFrom: number;
  validUntil: number | null;
}

export interface Organisation {
  odsCode: string;
  name: string;
  kind: OrganisationKind;
  icsOdsCode: string | null;
  /** the ICS or network that admitted it; null for the ICS of the cell itself */
  admittedBy: string | null;
  /** of an ICS or network; null for a trust */
  systemApproach: SystemApproach | null;
  status: OrganisationStatus;
  /** exactly while its status is `merged` */
  mergedInto: string | null;
}

/** A status and from when, in milliseconds; it counts until the next begins. */
export interface DatedStatus {
  status: OrganisationStatus;
  validFrom: number;
  mergedInto: string | null;
}

/** An organisation as it is published. */
export interface PublishedOrganisation extends Organisation {
  /** oldest first */
  statusHistory: DatedStatus[];
}

/** One purpose of one pinned key. */
export interface PinnedKey extends Period {
  /** RFC 7638, base64url */
  thumbprint: string;
  publicKeyMultibase: string;
  purpose: KeyPurpose;
  state: KeyState;
}

export interface Accreditation extends Period {
  id: string;
  credentialType: string;
  action: AccreditedAction;
  withdrawnAt: number | null;
  withdrawnForCause: boolean;
  /** empty: every staff group */
  staffGroups: StaffGroup[];
  /** of a request: what it may be for; empty for issue */
  purposes: RequestPurpose[];
  /** of a request: the claims that may be asked for; null: all of the type */
  claims: string[] | null;
}

/** A lead employer employs the doctors in training who work at the host. */
export interface LeadEmployment extends Period {
  id: string;
  leadEmployer: string;
  host: string;
  staffGroup: StaffGroup;
}

/** All that is published about one organisation: what a version keeps, as it was known at one moment. */
export interface OrganisationRecord {
  organisation: PublishedOrganisation;
  keys: PinnedKey[];
  accreditations: Accreditation[];
  /** those in which it is the lead employer or the host */
  leadEmployments: LeadEmployment[];
  /** of the registry when this record last changed */
  epoch: number;
}
