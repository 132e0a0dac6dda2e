import { createHash } from 'node:crypto';
import { decodeBase64url } from '#vc/compact-jws';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';

const SHA_256_DIGEST = /^[\w-]{43}$/;
const MAX_DISCLOSURES = 200;
const MAX_DEPTH = 32;
const MAX_NODES = 20_000;

// No claim may be called so: the first three have a meaning in an SD-JWT (RFC 9901 §4.1), the others in JavaScript.
const FORBIDDEN_NAMES = new Set(['_sd', '_sd_alg', '...', '__proto__', 'constructor', 'prototype']);

/**
 * The claims that always stand in the open, with all that they hold. SD-JWT VC §2.2.2.2 names most of them; `sub`, `iat`, `jti` and `aud` it
 * would let an issuer hide, but every answer here rests on them, so whoever presents may not choose to leave them out.
 */
export const ALWAYS_OPEN_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'iat',
  'nbf',
  'exp',
  'jti',
  'cnf',
  'vct',
  'vct#integrity',
  'status',
]);

interface Disclosure {
  /** undefined for an element of an array */
  name: string | undefined;
  value: JsonValue;
}

/** What the payload of an SD-JWT says with its disclosures put in. */
export interface Disclosed {
  payload: JsonObject;
  /** names of the top-level claims that were disclosed */
  disclosed: string[];
  /** digests for which there is no disclosure; decoys too */
  hidden: number;
}

interface Processing {
  disclosures: ReadonlyMap<string, Disclosure>;
  /** every digest that was met in the payload or in a disclosure */
  met: Set<string>;
  used: Set<string>;
}

/**
 * Puts the disclosures into the payload of an SD-JWT (RFC 9901 §7.1, step 3). Written here and not left to
 * @sd-jwt/core, which takes digests that stand twice, disclosures that nothing refers to, that replace a claim or are
 * called `_sd`, and whatever hash `_sd_alg` names.
 * @param encoded the disclosures as they stand in the SD-JWT
 * @throws VcError PARSING_ERROR or MALFORMED_VALUE_ERROR
 */
export function processDisclosures(payload: JsonObject, encoded: readonly string[]): Disclosed {
  const { _sd_alg: algorithm = 'sha-256' } = payload;
  if (algorithm !== 'sha-256') throw malformed('_sd_alg is not sha-256');
  const disclosures = readDisclosures(encoded);
  const processing: Processing = { disclosures, met: new Set(), used: new Set() };
  const revealed = revealObject(payload, processing, 0);
  if (processing.used.size !== disclosures.size) {
    throw malformed('it has a disclosure that nothing refers to');
  }
  const disclosed = Object.keys(revealed).filter((name) => !Object.hasOwn(payload, name));
  return { payload: revealed, disclosed, hidden: processing.met.size - processing.used.size };
}

/** The digest of a disclosure (RFC 9901 §4.2.3), and `sd_hash` of an SD-JWT (§4.3.1): over the text itself. */
export function sha256Digest(text: string): string {
  return createHash('sha256').update(text, 'ascii').digest('base64url');
}

function readDisclosures(encoded: readonly string[]): Map<string, Disclosure> {
  if (encoded.length > MAX_DISCLOSURES) {
    throw new VcError('PARSING_ERROR', `An SD-JWT has at most ${MAX_DISCLOSURES} disclosures`);
  }
  const disclosures = new Map(encoded.map((text) => [sha256Digest(text), readDisclosure(text)]));
  if (disclosures.size !== encoded.length) throw malformed('it has a disclosure twice');
  return disclosures;
}

function readDisclosure(text: string): Disclosure {
  const parts = parseStrictJson(decodeBase64url(text), { maxNodes: MAX_NODES });
  if (!Array.isArray(parts) || (parts.length !== 2 && parts.length !== 3)) {
    throw malformed('it has a disclosure that is not [salt, value] or [salt, name, value]');
  }
  const [salt, ...rest] = parts as JsonValue[];
  const value = rest.pop() as JsonValue;
  const [name] = rest;
  if (typeof salt !== 'string' || (name !== undefined && typeof name !== 'string')) {
    throw malformed('it has a disclosure whose salt or name is not text');
  }
  if (name !== undefined && FORBIDDEN_NAMES.has(name)) {
    throw malformed(`it discloses a claim that is called ${name}`);
  }
  return { name, value };
}

function reveal(value: JsonValue, processing: Processing, depth: number): JsonValue {
  // disclosures inside of disclosures: each is within the limits of strict JSON, together they need not be
  if (depth > MAX_DEPTH) throw malformed(`it nests deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return revealArray(value, processing, depth);
  return isJsonObject(value) ? revealObject(value, processing, depth) : value;
}

function revealObject(object: JsonObject, processing: Processing, depth: number): JsonObject {
  const { _sd: digests = [], ...open } = object;
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(open)) {
    if (name === '_sd_alg' && depth === 0) continue;
    if (FORBIDDEN_NAMES.has(name)) throw malformed(`it has a claim that is called ${name}`);
    const { size } = processing.met;
    result[name] = reveal(value, processing, depth + 1);
    if (depth === 0 && ALWAYS_OPEN_CLAIMS.has(name) && processing.met.size > size) {
      throw malformed(`${name} hides something`);
    }
  }
  if (!Array.isArray(digests)) throw malformed('_sd is not a list');
  for (const digest of digests) {
    const disclosure = meet(digest, processing);
    if (disclosure === undefined) continue;
    const { name, value } = disclosure;
    if (name === undefined) throw malformed('it discloses an element where a claim should be');
    if (Object.hasOwn(result, name)) throw malformed(`it has the claim ${name} twice`);
    if (depth === 0 && ALWAYS_OPEN_CLAIMS.has(name)) throw malformed(`${name} is not in the open`);
    result[name] = reveal(value, processing, depth + 1);
  }
  return result;
}

function revealArray(array: JsonValue[], processing: Processing, depth: number): JsonValue[] {
  const result: JsonValue[] = [];
  for (const element of array) {
    if (!isJsonObject(element) || !Object.hasOwn(element, '...')) {
      result.push(reveal(element, processing, depth + 1));
      continue;
    }
    if (Object.keys(element).length > 1) throw malformed('it has more than a digest in an element');
    const disclosure = meet(element['...'], processing);
    if (disclosure === undefined) continue;
    if (disclosure.name !== undefined) {
      throw malformed('it discloses a claim where an element should be');
    }
    result.push(reveal(disclosure.value, processing, depth + 1));
  }
  return result;
}

/** The disclosure of a digest; undefined when it is withheld. */
function meet(digest: JsonValue | undefined, processing: Processing): Disclosure | undefined {
  const { disclosures, met, used } = processing;
  if (typeof digest !== 'string' || !SHA_256_DIGEST.test(digest)) {
    throw malformed('it has a digest that is not of SHA-256');
  }
  if (met.has(digest)) throw malformed('it has a digest twice');
  met.add(digest);
  const disclosure = disclosures.get(digest);
  if (disclosure !== undefined) used.add(digest);
  return disclosure;
}

function malformed(detail: string): VcError {
  return new VcError('MALFORMED_VALUE_ERROR', `The SD-JWT is refused: ${detail}`);
}
