import { isDid } from '#did/identifiers';
import { type ProofsResult, verifyProofs } from '#proofs/verify-proofs';
import { isJsonObject, type JsonObject } from '#vc/data-model';
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
  { resolveVerificationMethod, canonicalize, clock }: ConformancePorts,
): Promise<CheckedProofs> {
  const result = await verifyProofs({
    document,
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: clock(),
    createdRequired: false,
    canonicalize,
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

function isByIssuer(issuer: string, { proofs }: ProofsResult): boolean {
  return !isDid(issuer) || proofs.some(({ controller }) => controller === issuer);
}
