import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { signCompact, type UnsignedJws, unsignedJws, verifyCompact } from './compact-jws.ts';

/** `typ` of the JWS by which an organisation shows that it holds the key that is to be pinned. */
export const KEY_PROOF_TYPE = 'staff-passport-key-proof+jwt';

const MAX_LENGTH = 2_000;
const CLOCK_SKEW = 60_000;

export interface KeyProof {
  /** the organisation's DID */
  issuer: string;
  /** the DID of the cell whose registry gave the challenge */
  audience: string;
  challenge: string;
  /** of the key that signs */
  publicKeyMultibase: string;
  /** milliseconds */
  issuedAt: number;
}

export interface VerifyKeyProofOptions {
  issuer: string;
  audience: string;
  publicKeyMultibase: string;
  /** milliseconds */
  now: number;
}

/** A key proof that waits for its signature, for keys that sign elsewhere. */
export function keyProofInput(proof: KeyProof): UnsignedJws {
  return unsignedJws(describe(proof));
}

/** A key proof by a key in memory. */
export function signKeyProof(proof: KeyProof, privateKey: KeyObject): string {
  return signCompact(describe(proof), privateKey);
}

/**
 * The challenge that the key to be pinned has signed. Whether this registry gave it, to this organisation and not
 * too long ago, is the caller's to know.
 * @throws VcError DID_CONTROL_NOT_PROVEN
 */
export async function verifyKeyProof(
  text: string,
  { issuer, audience, publicKeyMultibase, now }: VerifyKeyProofOptions,
): Promise<{ challenge: string }> {
  const kid = kidOf(issuer, publicKeyMultibase);
  const claims = await verifyCompact(text, {
    typ: KEY_PROOF_TYPE,
    maxLength: MAX_LENGTH,
    keyOf: (named) => (named === kid ? publicKeyMultibase : undefined),
  }).catch((cause: unknown) => {
    throw unproven(cause instanceof Error ? cause.message : 'It is unreadable', cause);
  });
  const { iss, aud, sub, nonce, iat } = claims;
  if (iss !== issuer || aud !== audience || sub !== publicKeyMultibase) {
    throw unproven('It is of another organisation, for another cell or of another key');
  }
  if (typeof iat !== 'number' || iat * 1_000 > now + CLOCK_SKEW) {
    throw unproven('It is from the future');
  }
  if (typeof nonce !== 'string' || nonce === '') throw unproven('It has no challenge');
  return { challenge: nonce };
}

function describe({ issuer, audience, challenge, publicKeyMultibase, issuedAt }: KeyProof) {
  const claims: JsonObject = {
    iss: issuer,
    aud: audience,
    sub: publicKeyMultibase,
    nonce: challenge,
    iat: Math.floor(issuedAt / 1_000),
  };
  return { typ: KEY_PROOF_TYPE, kid: kidOf(issuer, publicKeyMultibase), claims };
}

function kidOf(issuer: string, publicKeyMultibase: string): string {
  return `${issuer}#${publicKeyMultibase}`;
}

function unproven(detail: string, cause?: unknown): VcError {
  return new VcError('DID_CONTROL_NOT_PROVEN', `The key proof is refused: ${detail}`, { cause });
}
