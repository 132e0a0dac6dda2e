import { isJsonObject, type JsonObject } from './data-model.ts';
import { VcError } from './error.ts';
import { parseStrictJson } from './strict-json.ts';

const BASE64URL = /^[\w-]+$/;
const MAX_HEADER_LENGTH = 2_000;
const MAX_HEADER_NODES = 50;

/** What a compact JWS says. Nobody has checked its signature yet. */
export interface CompactJws {
  header: JsonObject;
  claims: JsonObject;
  signingInput: Uint8Array;
  signature: Uint8Array;
}

export interface ReadCompactJwsOptions {
  /** the `alg`s that it may have */
  algorithms: readonly string[];
  /** the `typ`s that it may have, to the letter; undefined stands for none */
  types: readonly (string | undefined)[];
  /** the most characters */
  maxLength: number;
  /** the most members and elements of the claims */
  maxNodes?: number | undefined;
}

/**
 * Reads a compact JWS (RFC 7515 §7.1) of JSON claims. Each has one spelling: canonical base64url, strict JSON, an
 * `alg` and a `typ` out of those that are expected. Header parameters that change what is signed or have to be
 * understood (`b64`, `crit`) are refused; a key that it brings along (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
 * @throws VcError PARSING_ERROR when it is not one, MALFORMED_VALUE_ERROR for what its header says
 */
export function readCompactJws(text: unknown, options: ReadCompactJwsOptions): CompactJws {
  const { algorithms, types, maxLength, maxNodes } = options;
  if (typeof text !== 'string' || text.length > maxLength) {
    throw new VcError('PARSING_ERROR', `It is not a text of at most ${maxLength} characters`);
  }
  const [encodedHeader = '', encodedClaims = '', encodedSignature = '', ...rest] = text.split('.');
  if (rest.length > 0 || encodedHeader.length > MAX_HEADER_LENGTH) {
    throw new VcError('PARSING_ERROR', 'It is not a compact JWS, or its header is too long');
  }
  const signature = decodeBase64url(encodedSignature);
  const header = readObject(encodedHeader, MAX_HEADER_NODES);
  const { alg, typ } = header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    throw new VcError('MALFORMED_VALUE_ERROR', `Its alg is not ${algorithms.join(' or ')}`);
  }
  if (!types.some((type) => type === typ)) {
    throw new VcError('MALFORMED_VALUE_ERROR', `Its typ is not ${types.join(' or ')}`);
  }
  if ('crit' in header || 'b64' in header) {
    throw new VcError('MALFORMED_VALUE_ERROR', 'Its header has an extension');
  }
  const claims = readObject(encodedClaims, maxNodes);
  const signingInput = Buffer.from(`${encodedHeader}.${encodedClaims}`);
  return { header, claims, signingInput, signature };
}

/** The signing input of a compact JWS (RFC 7515 §5.1). */
export function signingInputOf(header: JsonObject, claims: JsonObject): string {
  return `${encodeJson(header)}.${encodeJson(claims)}`;
}

/**
 * The bytes of base64url without padding, which has one spelling of them: Node alone skips foreign characters and
 * takes any last bits.
 * @throws VcError PARSING_ERROR
 */
export function decodeBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (!BASE64URL.test(text) || bytes.toString('base64url') !== text) {
    throw new VcError('PARSING_ERROR', 'It is not canonical base64url');
  }
  return bytes;
}

function readObject(encoded: string, maxNodes: number | undefined): JsonObject {
  const limits = maxNodes === undefined ? {} : { maxNodes };
  const value = parseStrictJson(decodeBase64url(encoded), limits);
  if (!isJsonObject(value)) {
    throw new VcError('PARSING_ERROR', 'Its header or its claims are not an object');
  }
  return value;
}

function encodeJson(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
