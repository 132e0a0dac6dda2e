import { isSelfContained, type ResolveVerificationMethod } from '#did/resolver';
import type { ProofResult, ProofsResult } from '#proofs/verify-proofs';
import type { Problem, VcErrorCode } from '#vc/error';
import type { ShapedCredential } from '../forms/credential.ts';
import type { ShapedPresentation } from '../forms/presentation.ts';
import { keysOf } from '../issuer-keys.ts';
import { failed, finding, type Finding, PASS } from '../report.ts';

export interface CheckedProofs {
  found: Finding;
  /** one for each entry of `proof`; of a signed text the one */
  proofs: ProofResult[];
}

// Of a proof the member that such a problem is about.
const MEMBERS: Partial<Record<VcErrorCode, string>> = {
  INVALID_DID_URL: '/verificationMethod',
  INVALID_VERIFICATION_METHOD: '/verificationMethod',
  PROOF_CREATED_INVALID: '/created',
  PROOF_PURPOSE_MISMATCH: '/proofPurpose',
};

interface ProofCheckOptions {
  resolveVerificationMethod: ResolveVerificationMethod;
  now: number;
}

/** Every proof of a credential holds, for assertion, by a key of its issuer (Data Integrity 1.0 §4.4, §4.5). */
export async function checkCredentialProof(
  credential: ShapedCredential,
  { resolveVerificationMethod, now }: ProofCheckOptions,
): Promise<CheckedProofs> {
  const result = await credential.verifyProofs({
    resolveVerificationMethod: keysOf(credential.issuer, resolveVerificationMethod),
    now,
  });
  return { found: judgeProofs(result), proofs: result.proofs };
}

/**
 * Every proof of a presentation holds, for authentication, by a key of its holder. What it was made for, challenge
 * and domain, is signed with it and compared by checks of their own.
 */
export async function checkPresentationProof(
  presentation: ShapedPresentation,
  { resolveVerificationMethod, now }: ProofCheckOptions,
): Promise<CheckedProofs> {
  const { holder } = presentation;
  // A did:web would have this service fetch from a host that whoever presents may choose.
  if (!isSelfContained(holder)) {
    return { found: failed('INVALID_DID', '/holder'), proofs: [] };
  }
  const result = await presentation.verifyProofs({
    resolveVerificationMethod: keysOf(holder, resolveVerificationMethod, 'HOLDER_MISMATCH'),
    now,
  });
  return { found: judgeProofs(result), proofs: result.proofs };
}

/** The worst of what was found of the proofs of one document. */
export function judgeProofs({ verified, problems }: ProofsResult): Finding {
  if (verified) return PASS;
  // About a key that could not be had nothing is known; any other problem is a no.
  const worst = problems.find((problem) => !isUnknown(problem)) ?? problems[0];
  if (worst === undefined) return failed('PROOF_VERIFICATION_ERROR', '/proof');
  const { code, pointer = '/proof' } = worst;
  return finding(isUnknown(worst) ? 'unknown' : 'fail', code, {
    pointer: pointer + (MEMBERS[code] ?? ''),
  });
}

function isUnknown({ code }: Problem): boolean {
  return code === 'DID_NOT_FOUND' || code.startsWith('REGISTRY_');
}
