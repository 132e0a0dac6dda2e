import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { VcError } from '#vc/error';
import { createBoundedMap } from './bounded-map.ts';
import { isSafePublicKey } from './ed25519-point.ts';
import { decodeBase58btc, encodeBase58btc } from './multibase.ts';

/** An Ed25519 public key as JWK (RFC 8037 §2). */
export interface Ed25519PublicJwk extends Record<string, unknown> {
  kty: 'OKP';
  crv: 'Ed25519';
  /** base64url of the 32 bytes */
  x: string;
}

// Multicodec ed25519-pub, 0xed as varint.
const MULTICODEC_ED25519 = [0xed, 0x01];
// RFC 8410: SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEPT_KEYS = 4_096;

// Importing a key costs as much as verifying a signature.
const importedKeys = createBoundedMap<KeyObject>(KEPT_KEYS);

/**
 * The 32 bytes of an Ed25519 public key in Multikey form (`z6Mk…`).
 * @throws VcError INVALID_VERIFICATION_METHOD for another algorithm, a malformed, off-curve or small-order key
 */
export function decodePublicKey(publicKeyMultibase: string): Uint8Array {
  const bytes = decodeOrRefuse(publicKeyMultibase);
  const [first, second] = MULTICODEC_ED25519;
  if (bytes[0] !== first || bytes[1] !== second || !isSafePublicKey(bytes.subarray(2))) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The key is not a usable Ed25519 public key');
  }
  return bytes.subarray(2);
}

/** The Multikey form (`z6Mk…`) of 32 bytes. @throws VcError INVALID_VERIFICATION_METHOD as decodePublicKey */
export function encodePublicKey(raw: Uint8Array): string {
  const publicKeyMultibase = encodeBase58btc(Uint8Array.from([...MULTICODEC_ED25519, ...raw]));
  decodePublicKey(publicKeyMultibase);
  return publicKeyMultibase;
}

/** The key as node:crypto wants it, imported once and kept. @throws VcError INVALID_VERIFICATION_METHOD */
export function publicKeyObject(publicKeyMultibase: string): KeyObject {
  const kept = importedKeys.get(publicKeyMultibase);
  if (kept !== undefined) {
    return kept;
  }
  const spki = Buffer.concat([SPKI_PREFIX, decodePublicKey(publicKeyMultibase)]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  importedKeys.set(publicKeyMultibase, publicKey);
  return publicKey;
}

/** The Multikey form of a KeyObject, private or public. @throws VcError INVALID_VERIFICATION_METHOD */
export function publicKeyMultibaseOf(key: KeyObject): string {
  const { kty, crv, x } = key.export({ format: 'jwk' });
  return multibaseOfJwk({ kty, crv, x });
}

/** The JWK of a key in Multikey form. @throws VcError INVALID_VERIFICATION_METHOD */
export function publicJwk(publicKeyMultibase: string): Ed25519PublicJwk {
  const raw = Buffer.from(decodePublicKey(publicKeyMultibase));
  return { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
}

/** The Multikey form of a public JWK. @throws VcError INVALID_VERIFICATION_METHOD, also for a private JWK */
export function multibaseOfJwk(jwk: Readonly<Record<string, unknown>>): string {
  const { kty, crv, x } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || 'd' in jwk) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The key is not a public Ed25519 JWK');
  }
  const raw = Buffer.from(x, 'base64url');
  // Buffer skips what is not base64url: only the exact spelling counts.
  if (raw.toString('base64url') !== x) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The key is not base64url');
  }
  return encodePublicKey(raw);
}

/** RFC 7638 thumbprint: base64url SHA-256 of the JWK's required members (RFC 8037 §2). */
export function thumbprint(publicKeyMultibase: string): string {
  const { crv, kty, x } = publicJwk(publicKeyMultibase);
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

/** The did:key of a key. */
export function didKey(publicKeyMultibase: string): string {
  return `did:key:${publicKeyMultibase}`;
}

/** The id of the one verification method that a did:key has for signing. */
export function didKeyMethod(publicKeyMultibase: string): string {
  return `${didKey(publicKeyMultibase)}#${publicKeyMultibase}`;
}

function decodeOrRefuse(publicKeyMultibase: string): Uint8Array {
  try {
    return decodeBase58btc(publicKeyMultibase);
  } catch (cause) {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The key is not a Multikey', { cause });
  }
}
