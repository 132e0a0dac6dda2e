import { VcError } from '#vc/error';
import type { JsonObject, JsonValue } from '#vc/data-model';

/** One record type of the workforce systems' format, and how it becomes claims. */
export interface RecordFormat {
  /** the claim that each member becomes; null for a member that is dropped */
  members: Record<string, string | null>;
  /** @throws VcError CLAIMS_INVALID when no credential type fits the record */
  toClaims(record: JsonObject): { type: string; claims: JsonObject };
  /** the records that hold what the format can hold of a type's claims; none for a type that is not this format's */
  toRecords(type: string, claims: JsonObject): JsonObject[];
}

/** Members that keep their names. */
export function same(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** The members that a record has and that are not dropped, under their claims' names. */
export function renamed(record: JsonObject, members: RecordFormat['members']): JsonObject {
  const claims: JsonObject = {};
  for (const [member, claim] of Object.entries(members)) {
    const value = record[member];
    if (claim !== null && value !== undefined) claims[claim] = value;
  }
  return claims;
}

/** The same way back: what claims say under the names of a record's members. */
export function restored(claims: JsonObject, members: RecordFormat['members']): JsonObject {
  const record: JsonObject = {};
  for (const [member, claim] of Object.entries(members)) {
    const value = claim === null ? undefined : claims[claim];
    if (value !== undefined) record[member] = value;
  }
  return record;
}

/** The format's published examples write booleans as text. */
export function booleanOf(value: JsonValue): JsonValue {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

/** A record that no credential type fits, because of one of its members. */
export function noTypeFits(member: string, detail: string): VcError {
  const errors = [{ pointer: `/record/${member}`, detail }];
  return new VcError('CLAIMS_INVALID', 'No credential type fits the record', { errors });
}
