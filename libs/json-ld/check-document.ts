import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError, type VcErrorCode } from '#vc/error';

export interface DocumentRules {
  /** nesting of arrays and objects */
  maxDepth: number;
  /** strings, numbers, literals, arrays and objects together */
  maxValues: number;
  /** objects, and values of types and contexts */
  maxNodes: number;
  isKnownContext(url: string): boolean;
  /** whether contexts may stand in the document too; what they import is a known context all the same */
  inlineContexts?: boolean | undefined;
}

interface Visit {
  value: JsonValue | undefined;
  pointer: string;
  depth: number;
  /** the value stands under `@context` */
  inContext: boolean;
}

/**
 * What can be refused before JSON-LD processing costs anything: deep or huge documents, contexts that are not
 * URLs of known ones (wherever in the document they stand), and `__proto__` as key or value, which jsonld.js
 * 9.0.0 would write into Object.prototype when it reaches a node map.
 * @throws VcError TOO_COMPLEX, CONTEXT_NOT_ALLOWED or MALFORMED_VALUE_ERROR, with the pointer
 */
export function checkDocument(document: JsonObject, rules: DocumentRules): void {
  const open: Visit[] = [{ value: document, pointer: '', depth: 1, inContext: false }];
  let seen = 0;
  let nodes = 0;
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    checkValue(visit, rules);
    nodes += isJsonObject(visit.value) ? 1 + scopesOf(visit.value) : 0;
    if (nodes > rules.maxNodes) {
      throw new VcError('TOO_COMPLEX', `The document has more than ${rules.maxNodes} nodes`);
    }
    seen += countMembers(visit.value);
    if (seen > rules.maxValues) {
      throw new VcError('TOO_COMPLEX', `The document has more than ${rules.maxValues} values`);
    }
    for (const member of membersOf(visit)) open.push(member);
  }
}

function checkValue({ value, pointer, depth, inContext }: Visit, rules: DocumentRules): void {
  if (depth > rules.maxDepth) {
    throw refusal('TOO_COMPLEX', pointer, `nested deeper than ${rules.maxDepth}`);
  }
  if (value === '__proto__' || (isJsonObject(value) && Object.hasOwn(value, '__proto__'))) {
    throw refusal('MALFORMED_VALUE_ERROR', pointer, '__proto__ is not allowed');
  }
  if (!inContext || Array.isArray(value) || (rules.inlineContexts && isJsonObject(value))) {
    return;
  }
  // An inline context could give a signed term another meaning: only pinned ones are known to the reader.
  if (typeof value !== 'string' || !rules.isKnownContext(value)) {
    const shown = typeof value === 'string' ? value : 'an inline context';
    throw refusal('CONTEXT_NOT_ALLOWED', pointer, `${shown} is not one of the pinned contexts`);
  }
}

/** How many contexts an object has processed, which is what expansion spends most of its time on. */
export function scopesOf({ '@context': context, '@type': keyword, type }: JsonObject): number {
  return [context, keyword, type].flatMap((scope) => scope ?? []).length;
}

// Before they are looked at: there may be as many as the body is long.
function countMembers(value: JsonValue | undefined): number {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

function membersOf({ value, pointer, depth, inContext }: Visit): Visit[] {
  if (Array.isArray(value)) {
    return value.map((element, index) => ({
      value: element,
      pointer: `${pointer}/${index}`,
      depth: depth + 1,
      inContext,
    }));
  }
  if (!isJsonObject(value)) {
    return [];
  }
  return Object.entries(value).map(([key, member]) => ({
    value: member,
    pointer: `${pointer}/${escapeKey(key)}`,
    depth: depth + 1,
    inContext: key === '@context' || (inContext && key === '@import'),
  }));
}

/** One reference token of a JSON Pointer (RFC 6901 §3). */
export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function refusal(code: VcErrorCode, pointer: string, detail: string): VcError {
  return new VcError(code, `${pointer === '' ? 'The document' : pointer}: ${detail}`, {
    errors: [{ pointer, detail }],
  });
}
