import type { VcErrorCode } from '#vc/error';
import type { Exhibit, Verdict } from './exhibit.ts';

// It is not what its issuer signed, or there is nobody who could have signed it so.
const NOT_GENUINE: ReadonlySet<VcErrorCode> = new Set<VcErrorCode>([
  'PARSING_ERROR',
  'MALFORMED_VALUE_ERROR',
  'UNKNOWN_TERM',
  'CONTEXT_NOT_ALLOWED',
  'PROOF_MISSING',
  'PROOF_VERIFICATION_ERROR',
  'PROOF_TRANSFORMATION_ERROR',
  'PROOF_PURPOSE_MISMATCH',
  'PROOF_CREATED_INVALID',
  'INVALID_VERIFICATION_METHOD',
  'INVALID_DID_URL',
  'ISSUER_KEY_NOT_REGISTERED',
  'ISSUER_KEY_OUT_OF_PERIOD',
  'ISSUER_KEY_COMPROMISED',
]);

// It was refused before anybody looked at its signature.
const NOT_LOOKED_AT: ReadonlySet<VcErrorCode> = new Set<VcErrorCode>([
  'TOO_COMPLEX',
  'INVALID_DID',
  'ISSUER_NOT_REGISTERED',
]);

/** The verdict that an exhibit is to get. */
export function verdictOn({ code, overall }: Pick<Exhibit, 'code' | 'overall'>): Verdict {
  if (overall === 'pass') return 'accepted';
  if (overall === 'unknown' || code === null || NOT_LOOKED_AT.has(code)) return 'undetermined';
  return NOT_GENUINE.has(code) ? 'not-genuine' : 'genuine-not-accepted';
}
