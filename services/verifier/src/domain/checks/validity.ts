import { failed, type Finding, PASS } from '../report.ts';
import type { ShapedCredential } from '../forms/credential.ts';

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
