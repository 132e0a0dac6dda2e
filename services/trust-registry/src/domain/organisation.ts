export type OrganisationKind = 'ics' | 'trust';
export type OrganisationStatus = 'registered' | 'suspended' | 'closed';
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
  status: OrganisationStatus;
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
}

/** All that is registered about one organisation, as of one moment. */
export interface OrganisationRecord {
  organisation: Organisation;
  keys: PinnedKey[];
  accreditations: Accreditation[];
}
