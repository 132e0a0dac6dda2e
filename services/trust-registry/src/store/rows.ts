import type { Accreditation, Organisation, PinnedKey } from '../domain/organisation.ts';
import { type Tables, toMilliseconds, toMillisecondsOrNull } from './tables.ts';

export const ORGANISATION_COLUMNS = ['ods_code', 'name', 'kind', 'ics_ods_code', 'status'] as const;
export const ACCREDITATION_COLUMNS = [
  'id',
  'credential_type',
  'action',
  'valid_from',
  'valid_until',
  'withdrawn_at',
  'withdrawn_for_cause',
] as const;
export const KEY_COLUMNS = [
  'keys.thumbprint',
  'keys.public_key_multibase',
  'keys.state',
  'key_purposes.purpose',
  'key_purposes.valid_from',
  'key_purposes.valid_until',
] as const;

// inside a JSON aggregate a moment is text
type Selected<T> = { [Column in keyof T]: Date extends T[Column] ? T[Column] | string : T[Column] };
type OrganisationRow = Pick<Tables['organisations'], (typeof ORGANISATION_COLUMNS)[number]>;
type AccreditationRow = Selected<
  Pick<Tables['accreditations'], (typeof ACCREDITATION_COLUMNS)[number]>
>;
type KeyRow = Pick<Tables['keys'], 'thumbprint' | 'public_key_multibase' | 'state'> &
  Selected<Pick<Tables['key_purposes'], 'purpose' | 'valid_from' | 'valid_until'>>;

export function toOrganisation(row: OrganisationRow): Organisation {
  const { ods_code: odsCode, name, kind, ics_ods_code: icsOdsCode, status } = row;
  return { odsCode, name, kind, icsOdsCode, status };
}

export function toPinnedKey(row: KeyRow): PinnedKey {
  return {
    thumbprint: row.thumbprint,
    publicKeyMultibase: row.public_key_multibase,
    purpose: row.purpose,
    validFrom: toMilliseconds(row.valid_from),
    validUntil: toMillisecondsOrNull(row.valid_until),
    state: row.state,
  };
}

export function toAccreditation(row: AccreditationRow): Accreditation {
  return {
    id: row.id,
    credentialType: row.credential_type,
    action: row.action,
    validFrom: toMilliseconds(row.valid_from),
    validUntil: toMillisecondsOrNull(row.valid_until),
    withdrawnAt: toMillisecondsOrNull(row.withdrawn_at),
    withdrawnForCause: row.withdrawn_for_cause,
  };
}
