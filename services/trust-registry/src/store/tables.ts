import type {
  AccreditedAction,
  KeyPurpose,
  KeyState,
  OrganisationKind,
  OrganisationStatus,
} from '../domain/organisation.ts';

export interface Tables {
  organisations: {
    ods_code: string;
    name: string;
    kind: OrganisationKind;
    ics_ods_code: string | null;
    status: OrganisationStatus;
    status_reason: string | null;
    registered_at: Date;
    status_changed_at: Date;
  };
  keys: {
    thumbprint: string;
    ods_code: string;
    public_key_multibase: string;
    state: KeyState;
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
  };
}

/** A moment as pg reads it from a column, or as JSON text from within an aggregate. */
export function toMilliseconds(value: Date | string): number {
  return new Date(value).getTime();
}

export function toMillisecondsOrNull(value: Date | string | null): number | null {
  return value === null ? null : toMilliseconds(value);
}
