import { type KeyObject, sign } from 'node:crypto';
import { compactVerify } from 'jose';
import { publicKeyObject } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import { parseStrictJson } from '#vc/strict-json';

// RFC 7515 §7.1, with one algorithm. What a registry says is one of these, never another form of JWS.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_HEADER_LENGTH = 2_000;
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
  const input = `${base64url({ alg: 'EdDSA', typ, kid })}.${base64url(claims)}`;
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
  if (typeof text !== 'string' || text.length > maxLength || !COMPACT.test(text)) {
    throw new TypeError('It is not a compact JWS of an allowed length');
  }
  const header = readHeader(text.slice(0, text.indexOf('.')));
  if (header['alg'] !== 'EdDSA' || header['typ'] !== typ || 'crit' in header) {
    throw new TypeError(`It is not a JWS of EdDSA and ${typ} without extensions`);
  }
  const { kid } = header;
  const publicKeyMultibase = typeof kid === 'string' ? keyOf(kid) : undefined;
  if (publicKeyMultibase === undefined) throw new TypeError('Its kid is not a key of the signer');
  const key = publicKeyObject(publicKeyMultibase);
  const { payload } = await compactVerify(text, key, { algorithms: ['EdDSA'] });
  return asObject(parseStrictJson(payload, { maxNodes: MAX_NODES }));
}

function readHeader(encoded: string): JsonObject {
  if (encoded.length > MAX_HEADER_LENGTH) throw new TypeError('Its header is too long');
  return asObject(parseStrictJson(Buffer.from(encoded, 'base64url'), { maxNodes: 50 }));
}

function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('Its header or its claims are not an object');
  }
  return value as JsonObject;
}

function base64url(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
