import { timeOfClaim } from '#proofs/jwt';
import type { ProofResult, ProofsResult } from '#proofs/verify-proofs';
import type { JsonObject } from '#vc/data-model';

/** The one signature of a text as a proof set of one. Its place is the text itself. */
export function asProofs(proof: ProofResult): ProofsResult {
  const problems = proof.problems.map((problem) => ({ ...problem, pointer: '/proof' }));
  return { verified: proof.verified, proofs: [proof], problems };
}

/** Where in its claims is what a proof in JSON-LD says of itself; `""` is the signature. */
export const PROOF_PLACES: Readonly<Record<string, string>> = {
  '/proof': '',
  '/proof/created': '/iat',
  '/proof/proofPurpose': '',
  '/proof/verificationMethod': '',
};

/** The last millisecond before `exp`, which itself is too late (RFC 7519 §4.1.4), other than `validUntil`. */
export function lastMomentOf(claims: JsonObject): number | undefined {
  const end = timeOfClaim(claims, 'exp');
  return end === undefined ? undefined : end - 1;
}
