import { decodeBase58btc } from '#did/multibase';
import { decodeBase64url } from '#vc/compact-jws';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import { type KnownSuite, SUITES } from './known-suites.ts';

export interface ProofValue {
  signature: Uint8Array;
  /** what is signed before the hashes: of a detached JWS its header, else nothing */
  prefix: Uint8Array;
}

const NOTHING = new Uint8Array();
const MAX_HEADER_LENGTH = 200;

/**
 * The signature of a proof: multibase base58-btc, or a detached JWS (RFC 7797) for Ed25519Signature2018. It has one
 * spelling.
 * @returns undefined for what is not one
 */
export function readProofValue(suite: KnownSuite, proof: JsonObject): ProofValue | undefined {
  const member = SUITES[suite].value;
  try {
    return member === 'jws' ? readDetachedJws(proof[member]) : readMultibase(proof[member]);
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    return undefined;
  }
}

function readMultibase(value: JsonValue | undefined): ProofValue | undefined {
  if (typeof value !== 'string') return undefined;
  return { signature: decodeBase58btc(value), prefix: NOTHING };
}

function readDetachedJws(value: JsonValue | undefined): ProofValue | undefined {
  if (typeof value !== 'string') return undefined;
  const [header = '', payload, signature = '', ...rest] = value.split('.');
  if (payload !== '' || rest.length > 0 || header.length > MAX_HEADER_LENGTH) return undefined;
  if (!isHeader(parseStrictJson(decodeBase64url(header)))) return undefined;
  return { signature: decodeBase64url(signature), prefix: Buffer.from(`${header}.`) };
}

// Exactly these: what else a header can say would change how the signature is to be read.
function isHeader(header: unknown): boolean {
  if (!isJsonObject(header) || Object.keys(header).length !== 3) return false;
  const { alg, b64, crit } = header;
  return alg === 'EdDSA' && b64 === false && JSON.stringify(crit) === '["b64"]';
}
