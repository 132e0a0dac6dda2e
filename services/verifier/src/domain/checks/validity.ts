import type { ProofResult } from '#proofs/verify-proofs';
import { parseDateTimeStamp } from '#vc/date-time';
import type { ShapedCredential } from '../forms/credential.ts';
import { failed, type Finding, PASS } from '../report.ts';

/** For clocks that differ: a credential may be checked a moment before its issuer's clock says it exists. */
const MAX_SKEW_MS = 60_000;

/**
 * validFrom <= now + 60 s, and now <= validUntil without any skew: the end is the last moment that counts, and a
 * slow clock must not stretch it.
 */
export function checkValidity(
  { validFrom, validUntil }: Pick<ShapedCredential, 'validFrom' | 'validUntil'>,
  now: number,
): Finding {
  if (validFrom > now + MAX_SKEW_MS) return failed('CREDENTIAL_NOT_YET_VALID', '/validFrom');
  if (validUntil !== undefined && now > validUntil) {
    return failed('CREDENTIAL_EXPIRED', '/validUntil');
  }
  return PASS;
}

/**
 * The same at a past time, which no clock is needed to tell: without skew, and what was signed only afterwards was not
 * there to be valid.
 */
export function checkValidityThen(
  { validFrom, validUntil }: Pick<ShapedCredential, 'validFrom' | 'validUntil'>,
  proofs: readonly ProofResult[],
  at: number,
): Finding {
  const isSigned = proofs.every(({ created }) => (parseDateTimeStamp(created) ?? Infinity) <= at);
  if (!isSigned) {
    return failed('PROOF_CREATED_INVALID', '/proof', 'The credential was signed after that time.');
  }
  if (validFrom > at) return failed('CREDENTIAL_NOT_YET_VALID', '/validFrom');
  return checkValidity({ validFrom, validUntil }, at);
}
