import type { JsonObject } from '#vc/data-model';

const PASCAL_CASE = /^(?:[A-Z][a-z]+){2,}$/;
// words of codes that are written with a capital wherever they stand
const NAMES = new Set(['British', 'Irish']);

// Shorter ones are abbreviations.
const SHOUTED_WORD = /^[A-Z]{5,}$/;

/**
 * A code of a list in plain words: `Digital identity provider` of `DigitalIdentityProvider`, `Achieved` of `ACHIEVED`;
 * any other as it is.
 */
export function describeCode(code: string): string {
  if (SHOUTED_WORD.test(code)) return code.charAt(0) + code.slice(1).toLowerCase();
  if (!PASCAL_CASE.test(code)) return code;
  const words = code.match(/[A-Z][a-z]+/g) ?? [];
  return words
    .map((word, at) => (at === 0 || NAMES.has(word) ? word : word.toLowerCase()))
    .join(' ');
}

/** The values that a property's own schema allows, when it lists them: the codes of `enum`, or of `const` the one. */
export function codesOf(schema: JsonObject): string[] {
  const listed = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']];
  return listed.filter((value) => typeof value === 'string');
}
