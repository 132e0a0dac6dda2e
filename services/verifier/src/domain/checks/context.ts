import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Arrangements } from '../forms/vcdm.ts';
import { failed, type Finding, PASS } from '../report.ts';

/**
 * The contexts are exactly the known ones in a known order, and stand at the top only. A further context could give
 * signed terms another meaning without a change of the signed bytes (vc-data-integrity #272). No other keyword stands
 * anywhere: what is under `@index`, and under `@language` beside no `@value`, is signed by nobody, and our names have
 * aliases for those that they need. Nor does what anybody could add because RDF has it already, or not at all: a null,
 * an empty list, a term once more by its IRI, or the label of a blank node.
 */
export function checkContexts(document: JsonObject, allowed: Arrangements): Finding {
  if (!isArrangement(document['@context'], allowed)) {
    return failed('CONTEXT_NOT_ALLOWED', '/@context');
  }
  // What presented credentials say is their own check's, and that there is no proof that of the proofs.
  const { '@context': context, verifiableCredential: _presented, proof, ...rest } = document;
  const proofs = Array.isArray(proof)
    ? proof.map((one) => withoutOwnContext(one, context))
    : withoutOwnContext(proof, context);
  const members = asArray(proof).length === 0 ? rest : { ...rest, proof: proofs as JsonValue };
  return findUnsigned(members, '') ?? PASS;
}

// A proof over JSON repeats the contexts of its document, and signs them (Data Integrity EdDSA §3.3.1).
function withoutOwnContext(
  proof: JsonValue | undefined,
  context: JsonValue | undefined,
): JsonValue | undefined {
  if (!isJsonObject(proof) || proof['cryptosuite'] !== 'eddsa-jcs-2022') return proof;
  const { '@context': own, ...members } = proof;
  return JSON.stringify(own) === JSON.stringify(context) ? members : proof;
}

/** Whether `@context` is one of the arrangements, to the letter. */
export function isArrangement(context: JsonValue | undefined, allowed: Arrangements): boolean {
  if (!Array.isArray(context)) return false;
  return allowed.some(
    (urls) => urls.length === context.length && urls.every((url, at) => url === context[at]),
  );
}

function findUnsigned(value: JsonValue, pointer: string): Finding | undefined {
  if (value === null || (Array.isArray(value) && value.length === 0)) {
    return failed('MALFORMED_VALUE_ERROR', pointer, 'It has a field that says nothing.');
  }
  if (typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key === '@context') return failed('CONTEXT_NOT_ALLOWED', at);
    if (key.startsWith('@') || key.includes(':')) return failed('UNKNOWN_TERM', at);
    const found = isLabel(key, member) ? failed('MALFORMED_VALUE_ERROR', at) : undefined;
    const unsigned = found ?? findUnsigned(member, at);
    if (unsigned !== undefined) return unsigned;
  }
  return undefined;
}

// Canonicalization gives blank nodes labels of its own (RDFC-1.0 §4.2): the given ones are signed by nobody.
function isLabel(key: string, value: JsonValue): boolean {
  return key === 'id' && typeof value === 'string' && value.startsWith('_:');
}
