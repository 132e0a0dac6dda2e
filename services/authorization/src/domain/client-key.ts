import { calculateJwkThumbprint, importJWK } from 'jose';
import { multibaseOfJwk } from '#did/keys';
import { VcError } from '#vc/error';
import type { ClientKey, PublicJwk } from './ports.ts';

/** A public key as a client sends it. */
export interface OfferedKey {
  kty: 'OKP' | 'EC';
  crv: 'Ed25519' | 'P-256';
  x: string;
  y?: string;
  kid?: string;
  alg?: string;
}

const ALGORITHMS = { Ed25519: ['EdDSA', 'Ed25519'], 'P-256': ['ES256'] };

/**
 * Checks a client's public key: a point of its curve, not of small order, in its one spelling. `kid` defaults to the
 * RFC 7638 thumbprint.
 * @throws VcError INVALID_REQUEST with a pointer
 */
export async function checkClientKey(
  offered: OfferedKey,
  pointer = '/publicKey',
): Promise<Omit<ClientKey, 'validUntil'>> {
  const { kty, crv, x, y, alg, kid } = offered;
  if ((kty === 'OKP') !== (crv === 'Ed25519')) {
    throw refused(`${pointer}/crv`, `${crv} is not a curve of the key type ${kty}`);
  }
  if ((kty === 'EC') !== (y !== undefined)) {
    throw refused(`${pointer}/y`, kty === 'EC' ? 'is missing' : 'is not part of such a key');
  }
  if (alg !== undefined && !ALGORITHMS[crv].includes(alg)) {
    throw refused(`${pointer}/alg`, `is not ${ALGORITHMS[crv][0]}`);
  }
  if (kid !== undefined && !/^[\x21-\x7e]{1,128}$/.test(kid)) {
    throw refused(`${pointer}/kid`, 'is not 1 to 128 visible ASCII characters');
  }
  const jwk: PublicJwk = { kty, crv, x, ...(y !== undefined && { y }) };
  await checkPoint(jwk, pointer);
  return { kid: kid ?? (await calculateJwkThumbprint(jwk)), jwk };
}

async function checkPoint(jwk: PublicJwk, pointer: string): Promise<void> {
  for (const coordinate of [jwk.x, jwk.y]) {
    if (coordinate !== undefined && !isCoordinate(coordinate)) {
      throw refused(pointer, 'has a coordinate that is not base64url of 32 bytes');
    }
  }
  try {
    if (jwk.crv === 'Ed25519') multibaseOfJwk(jwk);
    else await importJWK(jwk, 'ES256');
  } catch (cause) {
    throw refused(pointer, 'is not a usable public key of its curve', cause);
  }
}

// 43 characters carry 258 bits: the last two are zero, or two spellings would be one key.
function isCoordinate(text: string): boolean {
  return /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(text);
}

function refused(pointer: string, detail: string, cause?: unknown): VcError {
  return new VcError('INVALID_REQUEST', `The client's key is refused: ${detail}`, {
    errors: [{ pointer, detail }],
    cause,
  });
}
