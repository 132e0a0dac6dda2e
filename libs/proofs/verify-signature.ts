import { type KeyObject, verify } from 'node:crypto';
import { algorithmOf, type KeyAlgorithm } from '#did/verification-key';

interface AlgorithmFacts {
  /** bytes of a signature */
  length: number;
  /** of what the signature is over, and of the documents (Data Integrity ECDSA §3.2.3) */
  hash: 'sha256' | 'sha384';
}

const ALGORITHMS: Readonly<Record<KeyAlgorithm, AlgorithmFacts>> = {
  Ed25519: { length: 64, hash: 'sha256' },
  'P-256': { length: 64, hash: 'sha256' },
  'P-384': { length: 96, hash: 'sha384' },
};

/** The hash function that goes with a key. */
export function hashOf(algorithm: KeyAlgorithm): 'sha256' | 'sha384' {
  return ALGORITHMS[algorithm].hash;
}

/**
 * Whether a key of whichever algorithm signed these bytes. An ECDSA signature is R and S side by side; both of the
 * values that S can have count, as the specification asks for neither.
 */
export function isSignedBy(key: KeyObject, signed: Uint8Array, signature: Uint8Array): boolean {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined || signature.length !== ALGORITHMS[algorithm].length) return false;
  return algorithm === 'Ed25519'
    ? verify(null, signed, key, signature)
    : verify(hashOf(algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
