import { isDid } from '#did/identifiers';
import { type ProofsResult, verifyProofs } from '#proofs/verify-proofs';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { judgeProofs } from '../checks/proof.ts';
import type { CheckedProofs } from '../checks/proof.ts';
import { failed } from '../report.ts';
import type { ConformancePorts } from './ports.ts';

/**
 * Every proof of a credential holds. Where a DID names the issuer one of them is by its key; others may stand beside
 * it. Whose the keys of any other URL are nobody could tell, so that the key is not compared with it.
 */
export async function checkAssertion(
  document: JsonObject,
  { resolveVerificationMethod, canonicalize, canonicalizeJson, clock }: ConformancePorts,
): Promise<CheckedProofs> {
  const result = await verifyProofs({
    document: asSigned(document),
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: clock(),
    createdRequired: false,
    canonicalize,
    canonicalizeJson,
  });
  const { proofs } = result;
  const found = judgeProofs(result);
  if (found.outcome !== 'pass' || isByIssuer(nameOf(document['issuer']), result)) {
    return { found, proofs };
  }
  return { found: failed('INVALID_VERIFICATION_METHOD', '/proof'), proofs };
}

/** The URL that names an issuer or a holder, which the rules found to be there. */
export function nameOf(value: unknown): string {
  const id = isJsonObject(value) ? value['id'] : value;
  return typeof id === 'string' ? id : '';
}

/**
 * Data Integrity EdDSA §3.3.2: where the contexts of the proof are the first ones of the document, it was signed with
 * no others. In production a document has the contexts that it was signed with.
 */
function asSigned(document: JsonObject): JsonObject {
  const proofs = asArray<JsonValue>(document['proof']).filter(isJsonObject);
  const [own, ...others] = new Set(proofs.map((proof) => JSON.stringify(proof['@context'])));
  const isJson = proofs.every(({ cryptosuite }) => cryptosuite === 'eddsa-jcs-2022');
  if (own === undefined || others.length > 0 || !isJson) return document;
  const signed = JSON.parse(own) as JsonValue;
  const all = asArray<JsonValue>(document['@context']).map((context) => JSON.stringify(context));
  const isFirst = asArray(signed).every((context, at) => JSON.stringify(context) === all[at]);
  return isFirst ? { ...document, '@context': signed } : document;
}

function isByIssuer(issuer: string, { proofs }: ProofsResult): boolean {
  return !isDid(issuer) || proofs.some(({ controller }) => controller === issuer);
}
