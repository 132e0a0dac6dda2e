import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { multibaseOfJwk, publicKeyObject } from '#did/keys';
import { type CompactJws, decodeBase64url, readCompactJws } from '#vc/compact-jws';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import { sha256Digest } from './disclosures.ts';
import { isWithinPeriod, MAX_CLOCK_SKEW, signJwt, timeOfClaim, toNumericDate } from './jwt.ts';
import { failed } from './proof-checks.ts';
import type { Signer } from './signer.ts';

const KEY_BINDING_TYPE = 'kb+jwt';
const MAX_LENGTH = 8_192;
const MAX_AGE = 600_000;
const P256_COORDINATE = 32;

export interface SignKeyBindingOptions {
  /** what is presented, up to the last `~` */
  sdJwt: string;
  signer: Signer;
  /** who is to check it */
  audience: string;
  /** what they asked it to be over */
  nonce: string;
  /** milliseconds */
  issuedAt: number;
}

export interface VerifyKeyBindingOptions {
  /** what is presented, up to the last `~` */
  sdJwt: string;
  /** the KB-JWT; undefined when there is none */
  keyBinding: string | undefined;
  /** `cnf.jwk` of the credential: Ed25519 or P-256 */
  jwk: unknown;
  audience: string;
  nonce: string;
  /** milliseconds */
  now: number;
}

interface BoundKey {
  algorithm: 'EdDSA' | 'ES256';
  publicKey: KeyObject;
}

/** The KB-JWT that follows the last `~` of a presented SD-JWT (RFC 9901 §4.3). */
export function signKeyBinding(options: SignKeyBindingOptions): Promise<string> {
  const { sdJwt, signer, audience, nonce, issuedAt } = options;
  const claims = {
    iat: toNumericDate(issuedAt),
    aud: audience,
    nonce,
    sd_hash: sha256Digest(sdJwt),
  };
  return signJwt({ typ: KEY_BINDING_TYPE, claims, signer, named: false });
}

/**
 * Whether the holder's key signed for this presentation, to this verifier, at its asking (RFC 9901 §7.3). The KB-JWT is
 * at most ten minutes old and at most 60 s ahead; when it has `exp` or `nbf`, they count too.
 * @returns KEY_BINDING_MISSING, INVALID_DOMAIN_ERROR for another audience, INVALID_CHALLENGE_ERROR for another nonce,
 * else PROOF_VERIFICATION_ERROR
 */
export function verifyKeyBinding(options: VerifyKeyBindingOptions): Problem[] {
  const { keyBinding, jwk } = options;
  if (keyBinding === undefined || keyBinding === '') {
    return [{ code: 'KEY_BINDING_MISSING', detail: 'The SD-JWT is presented without a KB-JWT' }];
  }
  try {
    const { algorithm, publicKey } = readKey(jwk);
    const jws = readCompactJws(keyBinding, {
      // of two kinds of key, only the algorithm that is the key's own
      algorithms: [algorithm],
      types: [KEY_BINDING_TYPE],
      maxLength: MAX_LENGTH,
    });
    if (!isSignedBy(jws, { algorithm, publicKey })) {
      return [failed('The KB-JWT is not signed by the key that the credential is bound to')];
    }
    return checkClaims(jws.claims, options);
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    return [failed(`The KB-JWT cannot be used: ${error.message}`)];
  }
}

function checkClaims(claims: JsonObject, options: VerifyKeyBindingOptions): Problem[] {
  const { sdJwt, audience, nonce, now } = options;
  const problems: Problem[] = [];
  // a single text (RFC 9901 §4.3): a list would be good at several verifiers
  if (claims['aud'] !== audience) {
    problems.push({ code: 'INVALID_DOMAIN_ERROR', detail: 'The KB-JWT is for another audience' });
  }
  if (claims['nonce'] !== nonce) {
    problems.push({ code: 'INVALID_CHALLENGE_ERROR', detail: 'The KB-JWT has another nonce' });
  }
  if (claims['sd_hash'] !== sha256Digest(sdJwt)) {
    problems.push(failed('The KB-JWT is over another selection of disclosures'));
  }
  const issuedAt = timeOfClaim(claims, 'iat');
  if (issuedAt === undefined || issuedAt > now + MAX_CLOCK_SKEW || issuedAt < now - MAX_AGE) {
    problems.push(failed('The KB-JWT is not of now'));
  }
  if (!isWithinPeriod(claims, now)) {
    problems.push(failed('The KB-JWT has expired, or is not valid yet'));
  }
  return problems;
}

function isSignedBy({ signingInput, signature }: CompactJws, key: BoundKey): boolean {
  const { algorithm, publicKey } = key;
  // RFC 7518 §3.4: R and S side by side, not the DER that Node expects by default
  return algorithm === 'EdDSA'
    ? verify(null, signingInput, publicKey, signature)
    : verify('sha256', signingInput, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

/** @throws VcError INVALID_VERIFICATION_METHOD, PARSING_ERROR */
function readKey(jwk: unknown): BoundKey {
  if (!isJsonObject(jwk) || 'd' in jwk) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'the credential is bound to no public key');
  }
  const { kty, crv, x, y } = jwk;
  if (kty === 'OKP') {
    return { algorithm: 'EdDSA', publicKey: publicKeyObject(multibaseOfJwk(jwk)) };
  }
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y)) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'the key is neither Ed25519 nor P-256');
  }
  try {
    // OpenSSL refuses a point that is not on the curve
    const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    return { algorithm: 'ES256', publicKey };
  } catch (cause) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'the key is no point of P-256', { cause });
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && decodeBase64url(value).length === P256_COORDINATE;
}
