import { type KeyObject, sign, verify } from 'node:crypto';
import { publicKeyObject } from '#did/keys';
import { readCompactJws, signingInputOf } from '#vc/compact-jws';
import type { JsonObject } from '#vc/data-model';

// What a registry says is one of these, with one algorithm, never another form of JWS.
const ALGORITHMS = ['EdDSA'];
const MAX_NODES = 1_000_000;

export interface CompactJws {
  /** media type without `application/` */
  typ: string;
  /** DID URL of the key */
  kid: string;
  claims: JsonObject;
}

/** A JWS that waits for its signature, so that whatever holds the key can make it. */
export interface UnsignedJws {
  signingInput: Uint8Array;
  /** @param signature 64 bytes of Ed25519 */
  finish: (signature: Uint8Array) => string;
}

export interface VerifyCompactOptions {
  typ: string;
  /** the most characters */
  maxLength: number;
  /** the key in Multikey form that a `kid` stands for; undefined refuses it */
  keyOf: (kid: string) => string | undefined;
}

/** The signing input of a compact JWS (RFC 7515 §5.1), `alg` EdDSA. */
export function unsignedJws({ typ, kid, claims }: CompactJws): UnsignedJws {
  const input = signingInputOf({ alg: 'EdDSA', typ, kid }, claims);
  return {
    signingInput: Buffer.from(input),
    finish: (signature) => `${input}.${Buffer.from(signature).toString('base64url')}`,
  };
}

/** A compact JWS by a key in memory. */
export function signCompact(jws: CompactJws, privateKey: KeyObject): string {
  const { signingInput, finish } = unsignedJws(jws);
  return finish(sign(null, signingInput, privateKey));
}

/**
 * The claims of a compact JWS, once its signature is good. Only `alg`, `typ` and `kid` of the header are read:
 * a key that a JWS brings along (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
 * @throws Error or VcError of whatever kind: the caller knows what it means
 */
export async function verifyCompact(
  text: unknown,
  { typ, maxLength, keyOf }: VerifyCompactOptions,
): Promise<JsonObject> {
  const { header, claims, signingInput, signature } = readCompactJws(text, {
    algorithms: ALGORITHMS,
    types: [typ],
    maxLength,
    maxNodes: MAX_NODES,
  });
  const { kid } = header;
  const publicKeyMultibase = typeof kid === 'string' ? keyOf(kid) : undefined;
  if (publicKeyMultibase === undefined) throw new TypeError('Its kid is not a key of the signer');
  if (!verify(null, signingInput, publicKeyObject(publicKeyMultibase), signature)) {
    throw new TypeError('Its signature is not of that key');
  }
  return claims;
}
