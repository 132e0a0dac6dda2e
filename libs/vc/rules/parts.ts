import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Problem } from '#vc/error';

export type VcdmName = '1.1' | '2.0';

/** One demand of the data model. */
export interface Rule {
  /** stable; the page of conformance and the tests name it */
  id: string;
  /** id of the heading of the clause in VCDM 2.0, or in 1.1 for a rule of that version only */
  clause: string;
  of: readonly ('credential' | 'presentation')[];
  versions: readonly VcdmName[];
  /** @returns the first place that breaks it */
  check: (document: JsonObject) => Problem | undefined;
}

export const BOTH_VERSIONS: readonly VcdmName[] = ['1.1', '2.0'];
export const ANY_DOCUMENT = ['credential', 'presentation'] as const;

// RFC 3986 has no place for spaces, quotes, brackets and backslashes outside of an IP literal.
const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;

/** True for an absolute URL; where it leads to is not asked. */
export function isAbsoluteUrl(value: unknown): value is string {
  return typeof value === 'string' && ABSOLUTE_URL.test(value);
}

export function broken(pointer: string, detail: string): Problem {
  return { code: 'MALFORMED_VALUE_ERROR', pointer, detail };
}

/** The one value or the several of a member, each with its pointer. */
export function valuesOf(document: JsonObject, member: string) {
  const value = document[member];
  return asArray<JsonValue>(value).map((each, at) => ({
    value: each,
    pointer: Array.isArray(value) ? `/${member}/${at}` : `/${member}`,
  }));
}

/** The first problem of the values of a member; a member with an empty array says nothing and is one too. */
export function checkValues(
  document: JsonObject,
  member: string,
  check: (value: JsonObject, pointer: string) => Problem | undefined,
): Problem | undefined {
  if (document[member] === undefined) return undefined;
  const values = valuesOf(document, member);
  if (values.length === 0) return broken(`/${member}`, `${member} has no value.`);
  for (const { value, pointer } of values) {
    const found = isJsonObject(value)
      ? check(value, pointer)
      : broken(pointer, `A value of ${member} is not an object.`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One name, or several and at least one. */
export function hasType({ type }: JsonObject): boolean {
  const names = asArray<JsonValue>(type);
  return names.length > 0 && names.every((name) => typeof name === 'string' && name !== '');
}

/** @returns a problem unless there is no `id`, or one that is a URL */
export function checkOptionalId({ id }: JsonObject, pointer: string): Problem | undefined {
  return id === undefined || isAbsoluteUrl(id)
    ? undefined
    : broken(`${pointer}/id`, 'The id is not one URL.');
}
