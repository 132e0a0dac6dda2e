import type {
  AccreditedAction,
  KeyPurpose,
  OrganisationKind,
  RequestPurpose,
  StaffGroup,
  SystemApproach,
} from '../organisation.ts';
import type { PeriodInput } from '../period.ts';

interface About<Name extends string> {
  operation: Name;
  /** the organisation that it is about */
  odsCode: string;
}

export interface InviteOrganisation extends About<'invite-organisation'> {
  name: string;
  kind: OrganisationKind;
  icsOdsCode?: string | undefined;
  admittedBy?: string | undefined;
  systemApproach?: SystemApproach | undefined;
}

export interface ChangeOrganisationStatus extends About<'change-organisation-status'> {
  status: 'registered' | 'suspended' | 'closed' | 'merged';
  mergedInto?: string | undefined;
  reason: string;
}

export interface PinKey extends About<'pin-key'>, PeriodInput {
  publicKeyMultibase: string;
  purpose: KeyPurpose;
  /** the key's own signature over a challenge of this registry: `#trust/key-proof` */
  proof: string;
}

export interface RetireKey extends About<'retire-key'> {
  thumbprint: string;
}

export interface Accredit extends About<'accredit'>, PeriodInput {
  credentialType: string;
  action: AccreditedAction;
  /** the past start is meant: it makes good what was done in the meantime */
  backdated?: boolean | undefined;
  evidence?: string | undefined;
  staffGroups?: StaffGroup[] | undefined;
  purposes?: RequestPurpose[] | undefined;
  claims?: string[] | undefined;
}

export interface WithdrawAccreditation extends About<'withdraw-accreditation'> {
  id: string;
  forCause: boolean;
  reason: string;
}

/** `odsCode` is the lead employer. */
export interface RelateLeadEmployer extends About<'relate-lead-employer'>, PeriodInput {
  host: string;
  staffGroup: StaffGroup;
}

export interface EndLeadEmployer extends About<'end-lead-employer'> {
  id: string;
}

export interface NameSignatory extends About<'name-signatory'> {
  /** `sub` of the person's tokens */
  subject: string;
}

export interface EndSignatory extends About<'end-signatory'> {
  subject: string;
}

/** A team's address, not a person's. */
export interface Contact {
  email: string;
  phone?: string | undefined;
}

export interface SetContacts extends About<'set-contacts'> {
  humanResources: Contact;
  occupationalHealth: Contact;
  education: Contact;
}

export interface SignOffInformationGovernance extends About<'sign-off-information-governance'> {
  reference: string;
}

/** What a change is made of: each is done with all the others, or none is. */
export type Operation =
  | InviteOrganisation
  | ChangeOrganisationStatus
  | PinKey
  | RetireKey
  | Accredit
  | WithdrawAccreditation
  | RelateLeadEmployer
  | EndLeadEmployer
  | NameSignatory
  | EndSignatory
  | SetContacts
  | SignOffInformationGovernance;
