import { asArray, CREDENTIALS_V1_CONTEXT, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { EXTENSION_RULES } from '#vc/rules/extension-points';
import type { Rule, VcdmName } from '#vc/rules/parts';
import { TEXT_AND_TIME_RULES } from '#vc/rules/texts-and-times';
import { TOP_LEVEL_RULES } from '#vc/rules/top-level';

/**
 * What the data model demands of a credential or a presentation whatever it is about (VCDM 2.0 §4 and §5, 1.1 §4 and
 * §5). Both ends go by this one list. How a document is secured is not among it: that is the proofs' own check.
 */
export const RULES: readonly Rule[] = [
  ...TOP_LEVEL_RULES,
  ...TEXT_AND_TIME_RULES,
  ...EXTENSION_RULES,
];

export interface RuleOptions {
  kind: 'credential' | 'presentation';
  /** ids of rules that are left out: for a test that shows what a rule is there for */
  without?: ReadonlySet<string>;
}

/** The first thing in which a document is not as the data model wants it; undefined for one that is. */
export function checkRules(
  document: JsonObject,
  { kind, without = new Set() }: RuleOptions,
): Problem | undefined {
  const version = versionOf(document);
  for (const { id, of, versions, check } of RULES) {
    if (!of.includes(kind) || !versions.includes(version) || without.has(id)) continue;
    const found = check(document);
    if (found !== undefined) return found;
  }
  return undefined;
}

// What names neither is judged, and refused, as 2.0.
function versionOf({ '@context': context }: JsonObject): VcdmName {
  return asArray<JsonValue>(context)[0] === CREDENTIALS_V1_CONTEXT ? '1.1' : '2.0';
}
