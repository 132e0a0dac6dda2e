import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { describeMoment } from './render-dates.ts';
import { describeValue } from './render-values.ts';

/** What a rendering is made of: a type of the catalogue, and what one credential says. */
export interface Rendering {
  entry: {
    title: string;
    group: string;
    /** JSON Schema of the claims; its titles are the labels */
    schema: JsonObject;
    /** `summary`: one sentence with `{claimName}` where a claim stands */
    rendering?: { summary: string } | undefined;
  };
  /** `credentialSubject` without `id`; of an SD-JWT, what was disclosed */
  claims: JsonObject;
  issuerName?: string | undefined;
  /** date and time, RFC 3339 */
  validFrom?: string | undefined;
  /** date and time, RFC 3339 */
  validUntil?: string | undefined;
}

/** One line of a credential for people. */
export interface Fact {
  /** 0 for a claim of its own, more for what is inside of one */
  depth: number;
  label: string;
  /** undefined for what only has facts inside */
  value: string | undefined;
}

/**
 * The claims as facts, in the schema's order. What the schema does not know is shown too, last and under its own
 * name: a rendering leaves out nothing that was signed.
 */
export function factsOf(claims: JsonObject, schema: JsonObject, depth = 0): Fact[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const names = new Set([...Object.keys(properties), ...Object.keys(claims)]);
  return [...names].flatMap((name) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (value === undefined) return [];
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const known = isJsonObject(property) ? property : {};
    return factsOfValue(labelOf(known) ?? name, value, known, depth);
  });
}

function factsOfValue(label: string, value: JsonValue, schema: JsonObject, depth: number): Fact[] {
  if (isJsonObject(value)) {
    return [{ depth, label, value: undefined }, ...factsOf(value, schema, depth + 1)];
  }
  if (!Array.isArray(value)) return [{ depth, label, value: describeValue(value, schema) }];
  if (value.length === 0) return [{ depth, label, value: 'none' }];
  const items = isJsonObject(schema['items']) ? schema['items'] : {};
  return value.flatMap((item, at) => {
    const which = value.length === 1 ? label : `${label} (${at + 1} of ${value.length})`;
    return factsOfValue(which, item, items, depth);
  });
}

function labelOf(schema: JsonObject): string | undefined {
  return typeof schema['title'] === 'string' ? schema['title'] : undefined;
}

/** The type's one sentence about this credential; undefined when a claim that it names is not there. */
export function summaryOf({ entry, claims }: Rendering): string | undefined {
  const template = entry.rendering?.summary;
  if (template === undefined) return undefined;
  const properties = isJsonObject(entry.schema['properties']) ? entry.schema['properties'] : {};
  let whole = true;
  // one pass: a claim that holds {braces} is not read again
  const sentence = template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const property = properties[name];
    if (value === undefined || value === '' || typeof value === 'object') {
      whole = false;
      return '';
    }
    return describeValue(value, isJsonObject(property) ? property : {}).replaceAll('\n', ', ');
  });
  return whole ? visible(sentence) : undefined;
}

/** `Valid from 3 June 2025`, `Valid until 2 June 2028`, as far as it is said. */
export function validityOf({ validFrom, validUntil }: Rendering): string[] {
  return [
    ...(validFrom === undefined ? [] : [`Valid from ${visible(describeMoment(validFrom))}`]),
    ...(validUntil === undefined
      ? []
      : [`Valid until ${visible(describeMoment(validUntil, true))}`]),
  ];
}

// Neither XML nor a terminal can show them, or they turn the order of what stands beside them, or take no room at all.
// Joiners and marks of direction stay: scripts and emoji need them, and they change nothing but their neighbours.
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff\p{Cs}]|[\p{Default_Ignorable_Code_Point}--[\u034f\u061c\u200c-\u200f\p{Variation_Selector}]]/gv;

/** Text in which nothing is hidden: `[U+202E]` for a character that would show as none and change the rest. */
export function visible(text: string): string {
  return text.replaceAll(
    HIDDEN,
    (character) =>
      `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}
