import type { ResolveVerificationMethod } from '#did/resolver';
import { type ProofResult, type ProofsResult, verifyProofs } from '#proofs/verify-proofs';
import type { JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { keysOf } from '../issuer-keys.ts';
import { failed, finding, type Finding, PASS } from '../report.ts';

export interface CheckedProofs {
  found: Finding;
  /** one for each entry of `proof` */
  proofs: ProofResult[];
}

interface ProofCheckOptions {
  document: JsonObject;
  /** the only DID whose keys are good here */
  signedBy: string;
  resolveVerificationMethod: ResolveVerificationMethod;
  now: number;
}

/** Every proof of a credential holds, for assertion, by a key of its issuer (Data Integrity 1.0 §4.4, §4.5). */
export async function checkCredentialProof(options: ProofCheckOptions): Promise<CheckedProofs> {
  const { document, signedBy, now } = options;
  const result = await verifyProofs({
    document,
    purpose: 'assertionMethod',
    resolveVerificationMethod: keysOf(signedBy, options.resolveVerificationMethod),
    now,
  });
  return { found: judge(result), proofs: result.proofs };
}

/**
 * Every proof of a presentation holds, for authentication, by a key of its holder. What it was made for, challenge
 * and domain, is signed with it and compared by checks of their own.
 */
export async function checkPresentationProof(options: ProofCheckOptions): Promise<CheckedProofs> {
  const { document, signedBy, now } = options;
  // A did:web would have this service fetch from a host that whoever presents may choose.
  if (!signedBy.startsWith('did:key:')) {
    return { found: failed('INVALID_DID', '/holder'), proofs: [] };
  }
  const result = await verifyProofs({
    document,
    purpose: 'authentication',
    resolveVerificationMethod: keysOf(
      signedBy,
      options.resolveVerificationMethod,
      'HOLDER_MISMATCH',
    ),
    now,
  });
  return { found: judge(result), proofs: result.proofs };
}

function judge({ verified, problems }: ProofsResult): Finding {
  if (verified) return PASS;
  // About a key that could not be had nothing is known; any other problem is a no.
  const worst = problems.find((problem) => !isUnknown(problem)) ?? problems[0];
  if (worst === undefined) return failed('PROOF_VERIFICATION_ERROR', '/proof');
  return finding(isUnknown(worst) ? 'unknown' : 'fail', worst.code, { pointer: worst.pointer });
}

function isUnknown({ code }: Problem): boolean {
  return code === 'DID_NOT_FOUND' || code.startsWith('REGISTRY_');
}
