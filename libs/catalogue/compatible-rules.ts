import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { BreakingChange } from './compatibility.ts';

/** Words for people: they may change freely. */
export const ANNOTATIONS = ['title', 'description', '$comment', 'examples'];

/** An older and a newer schema, and where they stand. */
export interface Pair {
  older: JsonObject;
  newer: JsonObject;
  pointer: string;
}

/**
 * Rules between claims. `anyOf` may gain alternatives. `allOf` may gain a rule about a value that the older edition's
 * list did not have, such as the number format of a further professional body; its other rules stay as they are, each
 * compared with the one that stood in its place.
 */
export function ruleChanges({
  keyword,
  older,
  newer,
  pointer,
}: Pair & { keyword: string }): BreakingChange[] {
  const at = `${pointer}/${keyword}`;
  const [was, is] = [rulesOf(older[keyword]), rulesOf(newer[keyword])];
  const changed = (index: number): BreakingChange => ({
    kind: 'rule-changed',
    pointer: `${at}/${index}`,
    sentence: 'is not what it was',
  });
  const added = is.filter((rule) => !was.some((one) => isSame(one, rule)));
  const removed = was.flatMap((rule, index) =>
    is.some((one) => isSame(one, rule)) ? [] : [index],
  );
  if (keyword === 'anyOf') {
    if (was.length === 0) return [changed(0)];
    return removed.map(changed);
  }
  // One rule whose alternatives grew is that rule still; two that became one are not.
  const unexplained = added.filter((rule) => !isAboutNewValue(rule, older));
  const lost = removed.filter((index) => {
    const heir = unexplained.findIndex((rule) => hasOnlyGrown(was[index], rule));
    if (heir !== -1) unexplained.splice(heir, 1);
    return heir === -1;
  });
  const places = [...lost, ...unexplained.map((rule) => is.indexOf(rule))];
  return [...new Set(places)].map(changed);
}

function hasOnlyGrown(was: JsonValue | undefined, is: JsonValue): boolean {
  if (!isJsonObject(was) || !isJsonObject(is)) return false;
  const { anyOf: before, description: _was, ...restBefore } = was;
  const { anyOf: after, description: _is, ...restAfter } = is;
  const [olds, news] = [rulesOf(before), rulesOf(after)];
  return (
    olds.length > 0 &&
    isDeepStrictEqual(restBefore, restAfter) &&
    olds.every((one) => news.some((other) => isSame(one, other)))
  );
}

const CONDITIONAL = new Set([...ANNOTATIONS, 'if', 'then']);

/**
 * `if` names, for a required claim, one value that the older list did not have: no older claims meet the rule. It has
 * nothing that counts for them all the same, such as `else`.
 */
function isAboutNewValue(rule: JsonValue, older: JsonObject): boolean {
  if (!isJsonObject(rule) || Object.keys(rule).some((name) => !CONDITIONAL.has(name))) return false;
  const condition = rule['if'];
  if (!isJsonObject(condition)) return false;
  const required = namesOf(older['required']);
  return Object.entries(propertiesOf(condition)).some(([name, wanted]) => {
    const known = propertiesOf(older)[name];
    const values = isJsonObject(known) ? known['enum'] : undefined;
    const value = isJsonObject(wanted) ? wanted['const'] : undefined;
    return (
      required.includes(name) &&
      Array.isArray(values) &&
      value !== undefined &&
      !values.includes(value)
    );
  });
}

/** Whether two schemas ask for the same, whatever their words. */
export function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return isDeepStrictEqual(withoutWords(one), withoutWords(other));
}

// Their members are names of claims, which may be called as an annotation is.
const BY_NAME = ['properties', 'dependentRequired'];

/** Annotations out, at every depth. */
function withoutWords(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((one) => withoutWords(one) ?? null);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !ANNOTATIONS.includes(name));
  return Object.fromEntries(
    kept.map(([name, member]) => [
      name,
      BY_NAME.includes(name) && isJsonObject(member)
        ? Object.fromEntries(
            Object.entries(member).map(([claim, schema]) => [claim, withoutWords(schema) ?? null]),
          )
        : (withoutWords(member) ?? null),
    ]),
  );
}

export function propertiesOf(schema: JsonObject): JsonObject {
  const properties = schema['properties'];
  return isJsonObject(properties) ? properties : {};
}

export function namesOf(required: JsonValue | undefined): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function rulesOf(rules: JsonValue | undefined): JsonValue[] {
  return Array.isArray(rules) ? rules : [];
}
