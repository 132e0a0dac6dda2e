import type { ResolveVerificationMethod } from '#did/resolver';
import { algorithmOf, type KeyAlgorithm } from '#did/verification-key';
import { toDateTimeStamp } from '#vc/clock';
import { type CompactJws, readCompactJws } from '#vc/compact-jws';
import { asArray } from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import {
  HOLDER_ALGORITHMS,
  isWithinPeriod,
  JWT_ALGORITHM,
  kidOf,
  MAX_CLOCK_SKEW,
  timeOfClaim,
} from './jwt.ts';
import { failed } from './proof-checks.ts';
import type { ProofResult } from './verify-proofs.ts';
import { isSignedBy } from './verify-signature.ts';

const TYPES = ['JWT', 'dc+sd-jwt', 'vc+sd-jwt', undefined];
const MAX_LENGTH = 1_048_576;

// Telephones keep keys of P-256 in their hardware; trusts sign with Ed25519 only.
const ALGORITHMS: Readonly<Record<VerifyJwtSignatureOptions['purpose'], readonly string[]>> = {
  assertionMethod: [JWT_ALGORITHM],
  authentication: Object.keys(HOLDER_ALGORITHMS),
};

export interface VerifyJwtSignatureOptions {
  /** the JWT alone, as a parser here has read it: that parser knows its `typ` */
  jwt: string;
  /** its `typ`s where it is another than a credential or a presentation */
  types?: readonly string[] | undefined;
  purpose: 'assertionMethod' | 'authentication';
  resolveVerificationMethod: ResolveVerificationMethod;
  /** milliseconds */
  now: number;
  /** whether `iat` may not be left out; true unless told otherwise */
  createdRequired?: boolean | undefined;
  /** what `nonce` must be; undefined: not checked */
  challenge?: string | undefined;
  /** what `aud` must name; undefined: not checked */
  domain?: string | undefined;
}

/**
 * Verifies who signed a JWT and when: the key of `kid` for the purpose, the signature, `iat` not over 60 s ahead, and
 * for authentication `exp` too. What `exp` and `nbf` of a credential mean is for the caller, as who the controller
 * should be is.
 * @returns findings, never an exception, for whatever the text is; `proof` is the JWT's header. A key whose DID document
 * could not be fetched is found as DID_NOT_FOUND: about such a JWT nothing is known
 */
export async function verifyJwtSignature(options: VerifyJwtSignatureOptions): Promise<ProofResult> {
  const result: ProofResult = { proof: {}, verified: false, problems: [] };
  try {
    const jws = readCompactJws(options.jwt, {
      algorithms: ALGORITHMS[options.purpose],
      types: options.types ?? TYPES,
      maxLength: MAX_LENGTH,
    });
    result.proof = jws.header;
    const issuedAt = timeOfClaim(jws.claims, 'iat');
    if (issuedAt !== undefined) result.created = toDateTimeStamp(issuedAt);
    result.problems = [...checkTimes(jws, options), ...checkAudience(jws, options)];
    if (result.problems.length > 0) return result;
    result.problems = await checkSignature(jws, options, result);
    result.verified = result.problems.length === 0;
  } catch (error) {
    result.problems = [problemOf(error)];
  }
  return result;
}

async function checkSignature(
  { header, signingInput, signature }: CompactJws,
  { resolveVerificationMethod, purpose }: VerifyJwtSignatureOptions,
  result: ProofResult,
): Promise<Problem[]> {
  const method = await resolveVerificationMethod(kidOf(header), purpose);
  result.verificationMethod = method.id;
  result.controller = method.controller;
  result.publicKeyMultibase = method.publicKeyMultibase;
  // Each `alg` is of one kind of key: which algorithm is meant is never left to the key alone.
  return algorithmOf(method.publicKey) === keyOf(header) &&
    isSignedBy(method.publicKey, signingInput, signature)
    ? []
    : [failed('The signature does not fit the JWT')];
}

function keyOf({ alg }: CompactJws['header']): KeyAlgorithm {
  return alg === 'ES256' ? HOLDER_ALGORITHMS.ES256 : HOLDER_ALGORITHMS.EdDSA;
}

function checkTimes(
  { claims }: CompactJws,
  { purpose, now, createdRequired = true }: VerifyJwtSignatureOptions,
): Problem[] {
  const issuedAt = timeOfClaim(claims, 'iat');
  if (issuedAt === undefined && createdRequired) {
    return [{ code: 'PROOF_CREATED_INVALID', detail: 'The JWT does not say when it was issued' }];
  }
  if (issuedAt !== undefined && issuedAt > now + MAX_CLOCK_SKEW) {
    return [{ code: 'PROOF_CREATED_INVALID', detail: 'The JWT was issued in the future' }];
  }
  return purpose === 'assertionMethod' || isWithinPeriod(claims, now)
    ? []
    : [failed('The JWT has expired, or is not valid yet')];
}

function checkAudience(
  { claims }: CompactJws,
  { challenge, domain }: VerifyJwtSignatureOptions,
): Problem[] {
  const problems: Problem[] = [];
  if (challenge !== undefined && claims['nonce'] !== challenge) {
    problems.push({ code: 'INVALID_CHALLENGE_ERROR', detail: 'The JWT has another nonce' });
  }
  if (domain !== undefined && !asArray(claims['aud']).includes(domain)) {
    problems.push({ code: 'INVALID_DOMAIN_ERROR', detail: 'The JWT is for another audience' });
  }
  return problems;
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof VcError)) throw error;
  return { code: error.code, detail: error.message };
}
