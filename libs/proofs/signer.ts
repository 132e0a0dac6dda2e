import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { publicKeyMultibaseOf } from '#did/keys';
import { VcError } from '#vc/error';

/** What signs: a key in memory, in a token or behind a service. */
export interface Signer {
  /** the verification method, a DID URL */
  id: string;
  algorithm: 'Ed25519';
  /** @returns the 64 bytes of the signature */
  sign: (options: { data: Uint8Array }) => Promise<Uint8Array>;
}

/** A private key as JWK (RFC 8037 §2). */
export interface Ed25519PrivateJwk extends Record<string, unknown> {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
}

/** Signs with a key held in memory. @throws VcError PROOF_GENERATION_ERROR unless it is an Ed25519 private key */
export function createEd25519Signer(options: { id: string; privateKey: KeyObject }): Signer {
  const { id, privateKey } = options;
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new VcError('PROOF_GENERATION_ERROR', `${id} is not an Ed25519 private key`);
  }
  return { id, algorithm: 'Ed25519', sign: async ({ data }) => sign(null, data, privateKey) };
}

export interface CheckedSignerOptions {
  signer: Signer;
  publicKey: KeyObject;
  /** milliseconds that a signature may take */
  timeoutMs: number;
}

/**
 * Signs with another signer and lets nothing out that the public key does not verify: a token that answers
 * nonsense, or with another key, is found before anything is issued. One that fails, or does not answer in time, is
 * the same to the caller.
 * Its `sign` throws VcError PROOF_GENERATION_ERROR.
 */
export function checkedSigner(options: CheckedSignerOptions): Signer {
  const { signer, publicKey, timeoutMs } = options;
  const { id, algorithm } = signer;
  return {
    id,
    algorithm,
    async sign({ data }) {
      const signature: unknown = await answerWithin(timeoutMs, id, () => signer.sign({ data }));
      if (!(signature instanceof Uint8Array) || !verify(null, data, publicKey, signature)) {
        throw new VcError('PROOF_GENERATION_ERROR', `${id} answered with an invalid signature`);
      }
      return signature;
    },
  };
}

async function answerWithin<T>(timeoutMs: number, id: string, ask: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('too slow')), timeoutMs);
  try {
    return await Promise.race([ask(), late]);
  } catch (cause) {
    throw new VcError('PROOF_GENERATION_ERROR', `${id} could not sign just now`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** A new key pair. */
export function generateEd25519Key(): { privateKey: KeyObject; publicKeyMultibase: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKeyMultibase: publicKeyMultibaseOf(privateKey) };
}

/** @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR unless it is an Ed25519 private JWK whose halves belong together */
export function privateKeyFromJwk(jwk: Readonly<Record<string, unknown>>): KeyObject {
  const { kty, crv, x, d } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'The key is not a private Ed25519 JWK');
  }
  const privateKey = importJwk({ kty, crv, x, d });
  if (privateKey.export({ format: 'jwk' }).x !== x) {
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'The halves of the JWK do not match');
  }
  return privateKey;
}

/** The JWK of a private key: a secret. */
export function privateKeyToJwk(privateKey: KeyObject): Ed25519PrivateJwk {
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

function importJwk(key: { kty: string; crv: string; x: string; d: string }): KeyObject {
  try {
    return createPrivateKey({ key, format: 'jwk' });
  } catch {
    // No cause: what OpenSSL complains about may hold the secret.
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'The JWK cannot be read');
  }
}
