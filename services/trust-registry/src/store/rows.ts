import type {
  Accreditation,
  DatedStatus,
  LeadEmployment,
  Organisation,
  PinnedKey,
  RequestPurpose,
  StaffGroup,
} from '../domain/organisation.ts';
import { type Tables, toMilliseconds, toMillisecondsOrNull } from './tables.ts';

export const ORGANISATION_COLUMNS = [
  'ods_code',
  'name',
  'kind',
  'ics_ods_code',
  'admitted_by',
  'system_approach',
  'status',
  'merged_into',
] as const;
export const STATUS_COLUMNS = ['status', 'valid_from', 'merged_into'] as const;
export const ACCREDITATION_COLUMNS = [
  'id',
  'credential_type',
  'action',
  'valid_from',
  'valid_until',
  'withdrawn_at',
  'withdrawn_for_cause',
  'staff_groups',
  'purposes',
  'claims',
] as const;
export const KEY_COLUMNS = [
  'keys.thumbprint',
  'keys.public_key_multibase',
  'keys.state',
  'key_purposes.purpose',
  'key_purposes.valid_from',
  'key_purposes.valid_until',
] as const;
export const LEAD_EMPLOYMENT_COLUMNS = [
  'id',
  'lead_ods_code',
  'host_ods_code',
  'staff_group',
  'valid_from',
  'valid_until',
] as const;

// as kysely selects it; inside a JSON aggregate a moment is text
type Read<T> = T extends { readonly __select__: infer S } ? S : T;
type Selected<T> = {
  [Column in keyof T]: Date extends Read<T[Column]> ? Read<T[Column]> | string : Read<T[Column]>;
};
type Row<Table extends keyof Tables, Column extends keyof Tables[Table]> = Selected<
  Pick<Tables[Table], Column>
>;

export function toOrganisation(
  row: Row<'organisations', (typeof ORGANISATION_COLUMNS)[number]>,
): Organisation {
  return {
    odsCode: row.ods_code,
    name: row.name,
    kind: row.kind,
    icsOdsCode: row.ics_ods_code,
    admittedBy: row.admitted_by,
    systemApproach: row.system_approach,
    status: row.status,
    mergedInto: row.merged_into,
  };
}

export function toDatedStatus(
  row: Row<'organisation_statuses', (typeof STATUS_COLUMNS)[number]>,
): DatedStatus {
  return {
    status: row.status,
    validFrom: toMilliseconds(row.valid_from),
    mergedInto: row.merged_into,
  };
}

export function toPinnedKey(
  row: Row<'keys', 'thumbprint' | 'public_key_multibase' | 'state'> &
    Row<'key_purposes', 'purpose' | 'valid_from' | 'valid_until'>,
): PinnedKey {
  return {
    thumbprint: row.thumbprint,
    publicKeyMultibase: row.public_key_multibase,
    purpose: row.purpose,
    validFrom: toMilliseconds(row.valid_from),
    validUntil: toMillisecondsOrNull(row.valid_until),
    state: row.state,
  };
}

export function toAccreditation(
  row: Row<'accreditations', (typeof ACCREDITATION_COLUMNS)[number]>,
): Accreditation {
  return {
    id: row.id,
    credentialType: row.credential_type,
    action: row.action,
    validFrom: toMilliseconds(row.valid_from),
    validUntil: toMillisecondsOrNull(row.valid_until),
    withdrawnAt: toMillisecondsOrNull(row.withdrawn_at),
    withdrawnForCause: row.withdrawn_for_cause,
    // the contract of changes is what admits a name into these columns
    staffGroups: row.staff_groups as StaffGroup[],
    purposes: row.purposes as RequestPurpose[],
    claims: row.claims,
  };
}

export function toLeadEmployment(
  row: Row<'lead_employments', (typeof LEAD_EMPLOYMENT_COLUMNS)[number]>,
): LeadEmployment {
  return {
    id: row.id,
    leadEmployer: row.lead_ods_code,
    host: row.host_ods_code,
    staffGroup: row.staff_group as StaffGroup,
    validFrom: toMilliseconds(row.valid_from),
    validUntil: toMillisecondsOrNull(row.valid_until),
  };
}
