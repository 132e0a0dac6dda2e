import { createHash, type KeyObject } from 'node:crypto';
import { VcError } from '#vc/error';
import { createBoundedMap } from './bounded-map.ts';
import {
  curveOf,
  type EcCurve,
  ecMultibaseOfJwk,
  ecPublicJwk,
  importEcMultikey,
} from './ec-keys.ts';
import { multibaseOfJwk, publicKeyObject } from './keys.ts';
import { decodeBase58btc } from './multibase.ts';

/** What a key that verifies a signature may be. What signs here is Ed25519: see keys.ts. */
export type KeyAlgorithm = 'Ed25519' | EcCurve;

const ED25519_MULTIKEY = 'z6Mk';
const KEPT_KEYS = 4_096;

// Computing a point from one of its coordinates costs more than verifying a signature.
const importedKeys = createBoundedMap<KeyObject>(KEPT_KEYS);

/**
 * The key of a Multikey: Ed25519 (`z6Mk…`), P-256 (`zDn…`) or P-384 (`z82…`), imported once and kept. Each key has one
 * spelling.
 * @throws VcError INVALID_VERIFICATION_METHOD
 */
export function verificationKey(publicKeyMultibase: string): KeyObject {
  if (publicKeyMultibase.startsWith(ED25519_MULTIKEY)) return publicKeyObject(publicKeyMultibase);
  const kept = importedKeys.get(publicKeyMultibase);
  if (kept !== undefined) return kept;
  const publicKey = importEcMultikey(decodeOrRefuse(publicKeyMultibase));
  // What is not on a curve of NIST is refused as what is not Ed25519.
  if (publicKey === undefined) return publicKeyObject(publicKeyMultibase);
  importedKeys.set(publicKeyMultibase, publicKey);
  return publicKey;
}

/** What a key verifies; undefined for a key that nothing here verifies with. */
export function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  return key.asymmetricKeyType === 'ed25519' ? 'Ed25519' : curveOf(key);
}

/** The Multikey form of a public JWK of any of the algorithms. @throws VcError INVALID_VERIFICATION_METHOD */
export function multibaseOfPublicJwk(jwk: Readonly<Record<string, unknown>>): string {
  return jwk['kty'] === 'EC' ? ecMultibaseOfJwk(jwk) : multibaseOfJwk(jwk);
}

/** RFC 7638 thumbprint of a key of any of the algorithms, base64url. @throws VcError INVALID_VERIFICATION_METHOD */
export function thumbprintOf(publicKeyMultibase: string): string {
  const key = verificationKey(publicKeyMultibase);
  const members =
    algorithmOf(key) === 'Ed25519' ? requiredOf(key.export({ format: 'jwk' })) : ecMembers(key);
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

// The order of the members is RFC 7638's.
function requiredOf({ crv, kty, x }: { crv?: string; kty?: string; x?: string }) {
  return { crv, kty, x };
}

function ecMembers(key: KeyObject) {
  const { crv, kty, x, y } = ecPublicJwk(key);
  return { crv, kty, x, y };
}

function decodeOrRefuse(publicKeyMultibase: string): Uint8Array {
  try {
    return decodeBase58btc(publicKeyMultibase);
  } catch (cause) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The key is not a Multikey', { cause });
  }
}
