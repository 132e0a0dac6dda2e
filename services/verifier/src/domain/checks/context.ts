import type { JsonObject, JsonValue } from '#vc/data-model';
import type { Arrangements } from '../forms/vcdm.ts';
import { failed, type Finding, PASS } from '../report.ts';

/**
 * The contexts are exactly the known ones in a known order, and stand at the top only. A further context could give
 * signed terms another meaning without a change of the signed bytes (vc-data-integrity #272). No other keyword stands
 * anywhere: what is under `@index`, and under `@language` beside no `@value`, is signed by nobody, and our names have
 * aliases for those that they need.
 */
export function checkContexts(document: JsonObject, allowed: Arrangements): Finding {
  if (!isArrangement(document['@context'], allowed)) {
    return failed('CONTEXT_NOT_ALLOWED', '/@context');
  }
  // What presented credentials say is their own check's.
  const { '@context': _, verifiableCredential: _presented, ...members } = document;
  const pointer = findKeyword(members, '');
  if (pointer === undefined) return PASS;
  return failed(pointer.endsWith('/@context') ? 'CONTEXT_NOT_ALLOWED' : 'UNKNOWN_TERM', pointer);
}

/** Whether `@context` is one of the arrangements, to the letter. */
export function isArrangement(context: JsonValue | undefined, allowed: Arrangements): boolean {
  if (!Array.isArray(context)) return false;
  return allowed.some(
    (urls) => urls.length === context.length && urls.every((url, at) => url === context[at]),
  );
}

function findKeyword(value: JsonValue, pointer: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key.startsWith('@')) return at;
    const inner = findKeyword(member, at);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
