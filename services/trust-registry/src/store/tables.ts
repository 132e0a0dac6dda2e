import type { ColumnType, Generated } from 'kysely';
import type {
  AccreditedAction,
  KeyPurpose,
  KeyState,
  OrganisationKind,
  OrganisationRecord,
  OrganisationStatus,
} from '../domain/organisation.ts';

/** jsonb: pg reads a value and is given JSON text, which alone keeps an array from becoming a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;

export interface Tables {
  organisations: {
    ods_code: string;
    name: string;
    kind: OrganisationKind;
    ics_ods_code: string | null;
    admitted_by: string | null;
    system_approach: 'full-ics' | 'part-ics' | 'network' | null;
    status: OrganisationStatus;
    status_reason: string | null;
    merged_into: string | null;
    registered_at: Date;
    status_changed_at: Date;
  };
  organisation_statuses: {
    ods_code: string;
    number: number;
    status: OrganisationStatus;
    valid_from: Date;
    merged_into: string | null;
    reason: string | null;
  };
  keys: {
    thumbprint: string;
    ods_code: string;
    public_key_multibase: string;
    state: KeyState;
    state_reason: string | null;
    pinned_at: Date;
    state_changed_at: Date;
  };
  key_purposes: {
    thumbprint: string;
    purpose: KeyPurpose;
    valid_from: Date;
    valid_until: Date | null;
  };
  accreditations: {
    id: string;
    ods_code: string;
    credential_type: string;
    action: AccreditedAction;
    valid_from: Date;
    valid_until: Date | null;
    granted_at: Date;
    withdrawn_at: Date | null;
    withdrawn_for_cause: boolean;
    withdrawal_reason: string | null;
    evidence: string | null;
    staff_groups: Generated<string[]>;
    purposes: Generated<string[]>;
    /** null: every claim of the type */
    claims: string[] | null;
  };
  lead_employments: {
    id: string;
    lead_ods_code: string;
    host_ods_code: string;
    staff_group: string;
    valid_from: Date;
    valid_until: Date | null;
  };
  signatories: {
    ods_code: string;
    subject: string;
    valid_from: Date;
    valid_until: Date | null;
  };
  contacts: {
    ods_code: string;
    team: 'humanResources' | 'occupationalHealth' | 'education';
    email: string;
    phone: string | null;
  };
  checklist_items: {
    ods_code: string;
    item: string;
    done_at: Date;
    reference: string | null;
  };
  key_challenges: {
    /** SHA-256 of the challenge */
    challenge_hash: Buffer;
    ods_code: string;
    expires_at: Date;
    used_at: Date | null;
  };
  changes: {
    id: string;
    number: Generated<number>;
    state: 'proposed' | 'approved' | 'rejected' | 'expired';
    ods_codes: string[];
    operations: Json<unknown[]>;
    note: string | null;
    proposed_by: string;
    proposed_for: string;
    proposed_at: Date;
    expires_at: Date;
    decided_by: string | null;
    decided_at: Date | null;
    decision_note: string | null;
    results: Json<unknown[]>;
    epoch: number | null;
  };
  registry_epoch: {
    only: Generated<boolean>;
    epoch: number;
    recorded_at: Date;
  };
  record_versions: {
    ods_code: string;
    epoch: number;
    recorded_at: Date;
    /** an OrganisationRecord of the domain; its times in milliseconds */
    record: Json<OrganisationRecord>;
  };
  genesis: {
    only: Generated<boolean>;
    anchor: string;
    version: number;
    document: string;
    loaded_at: Date;
  };
}

/** A moment as pg reads it from a column, or as JSON text from within an aggregate. */
export function toMilliseconds(value: Date | string): number {
  return new Date(value).getTime();
}

export function toMillisecondsOrNull(value: Date | string | null): number | null {
  return value === null ? null : toMilliseconds(value);
}
