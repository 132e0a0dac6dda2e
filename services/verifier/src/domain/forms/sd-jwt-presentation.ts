import { verifyKeyBinding } from '#proofs/key-binding';
import { type ParsedSdJwt, parseSdJwt } from '#proofs/sd-jwt';
import type { ProofsResult } from '#proofs/verify-proofs';
import { type CompactJws, readCompactJws } from '#vc/compact-jws';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { PASS } from '../report.ts';
import { holderOf } from './holder-key.ts';
import type { ReadPresentation } from './presentation.ts';
import { PROOF_PLACES } from './signed-text.ts';

const PLACES: Readonly<Record<string, string>> = {
  '/holder': '/cnf/jwk',
  ...PROOF_PLACES,
  '/proof/challenge': '/nonce',
  '/proof/domain': '/aud',
};
const MAX_KEY_BINDING_LENGTH = 8_192;

/**
 * Reads an SD-JWT with a KB-JWT as a presentation of one credential by the key to which its issuer bound it
 * (RFC 9901 §4.3). Whether the issuer did is found with the credential.
 * @throws VcError for a text that cannot be read
 */
export function readSdJwtPresentation(text: string): ReadPresentation {
  const sdJwt = parseSdJwt(text);
  const { cnf } = sdJwt.payload;
  const jwk = isJsonObject(cnf) ? cnf['jwk'] : undefined;
  const claims = claimsOf(sdJwt);
  return {
    found: PASS,
    presentation: {
      holder: holderOf(sdJwt.payload),
      credentials: [{ credential: sdJwt.sdJwt, pointer: '' }],
      // a single audience (RFC 9901 §4.3): a list would be good at several verifiers
      proofs: claims ? [{ challenge: claims['nonce'], domains: [claims['aud'] ?? null] }] : [],
      // It has no words but those of RFC 9901; the credential's are its own check's.
      checkContext: () => PASS,
      verifyProofs: async ({ now }) => verifyBinding(sdJwt, { jwk, claims, now }),
      locate: (pointer) => PLACES[pointer] ?? pointer,
    },
  };
}

/** What it was made for is compared by checks of their own: here it is for whom it says. */
function verifyBinding(
  { sdJwt, keyBinding }: ParsedSdJwt,
  {
    jwk,
    claims = {},
    now,
  }: { jwk: JsonValue | undefined; claims?: JsonObject | undefined; now: number },
): ProofsResult {
  const { aud, nonce } = claims;
  const problems = verifyKeyBinding({
    sdJwt,
    keyBinding,
    jwk,
    audience: typeof aud === 'string' ? aud : '',
    nonce: typeof nonce === 'string' ? nonce : '',
    now,
  }).map((problem) => ({ ...problem, pointer: '/proof' }));
  const verified = problems.length === 0;
  return { verified, problems, proofs: [{ proof: claims, verified, problems }] };
}

/** undefined for no KB-JWT, or none that can be read */
function claimsOf({ keyBinding }: ParsedSdJwt): CompactJws['claims'] | undefined {
  try {
    return readCompactJws(keyBinding, {
      algorithms: ['EdDSA', 'ES256'],
      types: ['kb+jwt'],
      maxLength: MAX_KEY_BINDING_LENGTH,
    }).claims;
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}
