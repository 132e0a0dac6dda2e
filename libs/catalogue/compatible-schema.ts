import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { BreakingChange, BreakingKind } from './compatibility.ts';
import {
  ANNOTATIONS,
  isSame,
  namesOf,
  type Pair,
  propertiesOf,
  ruleChanges,
} from './compatible-rules.ts';

const RULES = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentRequired'];
const UPPER_BOUNDS = ['maxLength', 'maxItems', 'maximum'];
const LOWER_BOUNDS = ['minLength', 'minItems'];

/** The keywords that schemas of claims may use: those that the comparison understands. */
export const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set([
  ...ANNOTATIONS,
  ...RULES,
  ...UPPER_BOUNDS,
  ...LOWER_BOUNDS,
  'minimum',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'uniqueItems',
  'enum',
  'const',
  'pattern',
  'format',
]);

/** What a newer schema of claims breaks of an older one. A keyword that is not understood counts as broken. */
export function breakingSchemaChanges(
  older: JsonObject,
  newer: JsonObject,
  pointer: string,
  depth = 0,
): BreakingChange[] {
  const find = (kind: BreakingKind, keyword: string, sentence: string): BreakingChange => ({
    kind,
    pointer: `${pointer}/${keyword}`,
    sentence,
  });
  const keywords = [...new Set([...Object.keys(older), ...Object.keys(newer)])];
  const own = keywords.flatMap((keyword): BreakingChange[] => {
    const [was, is] = [older[keyword], newer[keyword]];
    if (ANNOTATIONS.includes(keyword) || isDeepStrictEqual(was, is)) return [];
    switch (keyword) {
      case 'properties':
        return propertyChanges({ older, newer, pointer, depth });
      case 'required':
        return requiredChanges({ older, newer, pointer });
      case 'items':
        return isJsonObject(was) && isJsonObject(is)
          ? breakingSchemaChanges(was, is, `${pointer}/items`, depth + 1)
          : [find('type-changed', keyword, 'has other items')];
      case 'type':
        return [find('type-changed', keyword, `was ${JSON.stringify(was)}`)];
      case 'enum':
        return valueChanges(was, is, `${pointer}/enum`);
      case 'const':
        return [find('const-changed', keyword, `was ${JSON.stringify(was)}`)];
      case 'pattern':
      case 'format':
        return [find('format-changed', keyword, `was ${JSON.stringify(was)}`)];
      case 'additionalProperties':
        return [find('opened', keyword, 'lets through, or no longer does, what nobody named')];
      case 'minimum':
        return smallestNumber(was, is, `${pointer}/minimum`);
      case 'anyOf':
      case 'allOf':
        return ruleChanges({ keyword, older, newer, pointer });
      default:
        if (UPPER_BOUNDS.includes(keyword)) return upperBound(was, is, `${pointer}/${keyword}`);
        if (LOWER_BOUNDS.includes(keyword)) return lowerBound(was, is, `${pointer}/${keyword}`);
        if (RULES.includes(keyword) && isSame(was, is)) return [];
        return [find('rule-changed', keyword, 'is not what it was')];
    }
  });
  return own;
}

function propertyChanges({
  older,
  newer,
  pointer,
  depth,
}: Pair & { depth: number }): BreakingChange[] {
  const [before, after] = [propertiesOf(older), propertiesOf(newer)];
  return Object.entries(before).flatMap(([name, was]): BreakingChange[] => {
    const at = `${pointer}/properties/${name}`;
    const is = after[name];
    if (is === undefined) {
      const kind = depth === 0 ? 'field-removed' : 'member-removed';
      return [{ kind, pointer: at, sentence: 'is gone' }];
    }
    if (isJsonObject(was) && isJsonObject(is)) return breakingSchemaChanges(was, is, at, depth + 1);
    // true or false: whether the member may be there at all
    if (was === is) return [];
    return [{ kind: 'rule-changed', pointer: at, sentence: 'is not what it was' }];
  });
}

function requiredChanges({ older, newer, pointer }: Pair): BreakingChange[] {
  const [was, is] = [namesOf(older['required']), namesOf(newer['required'])];
  const known = propertiesOf(older);
  const at = `${pointer}/required`;
  const added = is.filter((name) => !was.includes(name));
  const removed = was.filter((name) => !is.includes(name));
  return [
    ...added.map((name): BreakingChange => {
      const isKnown = Object.hasOwn(known, name);
      const sentence = isKnown
        ? `${name} could be left out`
        : `${name} is new, and nobody sends it`;
      return { kind: isKnown ? 'made-required' : 'required-field-added', pointer: at, sentence };
    }),
    ...removed.map(
      (name): BreakingChange => ({
        kind: 'made-optional',
        pointer: at,
        sentence: `${name} was always there, and receivers count on it`,
      }),
    ),
  ];
}

/** A code list may grow: a receiver meets values that it does not know in any case, from newer editions' issuers. */
function valueChanges(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  pointer: string,
): BreakingChange[] {
  if (!Array.isArray(was) || !Array.isArray(is)) {
    return [{ kind: 'value-removed', pointer, sentence: 'was a closed list, or has become one' }];
  }
  const removed = was.filter((value) => !is.includes(value));
  return removed.map((value) => ({
    kind: 'value-removed',
    pointer,
    sentence: `${JSON.stringify(value)} is gone`,
  }));
}

function upperBound(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  pointer: string,
): BreakingChange[] {
  if (is === undefined) {
    return [
      { kind: 'bound-removed', pointer, sentence: 'receivers have room for what it allowed' },
    ];
  }
  if (was !== undefined && Number(is) >= Number(was)) return [];
  return [{ kind: 'bound-tightened', pointer, sentence: `is ${shown(is)}: it was ${shown(was)}` }];
}

/** A lower bound may sink, but not so far that what was never empty can be. */
function lowerBound(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  pointer: string,
): BreakingChange[] {
  const [before, after] = [Number(was ?? 0), Number(is ?? 0)];
  if (after > before) {
    return [{ kind: 'bound-tightened', pointer, sentence: `is ${after}: it was ${shown(was)}` }];
  }
  if (after > 0 || before === after) return [];
  return [{ kind: 'bound-removed', pointer, sentence: 'was never empty, and now can be' }];
}

/** Without `minimum` a number has no smallest one; receivers count on the sign at least. */
function smallestNumber(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  pointer: string,
): BreakingChange[] {
  if (is === undefined) {
    return [{ kind: 'bound-removed', pointer, sentence: 'receivers count on a smallest number' }];
  }
  if (was === undefined || Number(is) > Number(was)) {
    return [
      { kind: 'bound-tightened', pointer, sentence: `is ${shown(is)}: it was ${shown(was)}` },
    ];
  }
  if (Number(was) < 0 || Number(is) >= 0) return [];
  return [{ kind: 'bound-removed', pointer, sentence: 'was never negative, and now can be' }];
}

function shown(bound: JsonValue | undefined): string {
  return bound === undefined ? 'not bounded' : JSON.stringify(bound);
}
