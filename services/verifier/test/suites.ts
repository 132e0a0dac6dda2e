import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { didKeyMethod } from '#did/keys';
import { encodeBase58btc } from '#did/multibase';
import { algorithmOf, multibaseOfPublicJwk } from '#did/verification-key';
import { canonicalize, PRESENTATION_LIMITS } from '#json-ld/canonicalize';
import { canonicalizeJson } from '#json-ld/canonicalize-json';
import { sha256Digest } from '#proofs/disclosures';
import { type KnownSuite, SUITES } from '#proofs/known-suites';
import { createVerifyData } from '#proofs/verify-data';
import { toDateTimeStamp } from '#vc/clock';
import { signingInputOf } from '#vc/compact-jws';
import { CREDENTIALS_V1_CONTEXT, type JsonObject } from '#vc/data-model';
import type { Submitted } from '../src/domain/forms/credential.ts';
import { DOMAIN, type World } from './world.ts';

/** A key of which a test has the private half, and who it is. */
export interface TestKey {
  privateKey: KeyObject;
  publicKeyMultibase: string;
  did: string;
  /** id of its verification method */
  id: string;
}

export type KeyKind = 'ed25519' | 'P-256' | 'P-384';

export function createTestKey(kind: KeyKind, did?: string): TestKey {
  const { privateKey, publicKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: kind });
  const publicKeyMultibase = multibaseOfPublicJwk(publicKey.export({ format: 'jwk' }));
  const id = did === undefined ? didKeyMethod(publicKeyMultibase) : `${did}#${publicKeyMultibase}`;
  return { privateKey, publicKeyMultibase, did: id.replace(/#.*/, ''), id };
}

/** As its holder's did:jwk. */
export function asDidJwk(key: TestKey): TestKey {
  const { kty, crv, x, y } = key.privateKey.export({ format: 'jwk' });
  const jwk = JSON.stringify({ kty, crv, x, y });
  const did = `did:jwk:${Buffer.from(jwk).toString('base64url')}`;
  return { ...key, did, id: `${did}#0` };
}

export interface SecureOptions {
  suite: KnownSuite;
  key: TestKey;
  /** milliseconds */
  created: number;
  purpose?: 'assertionMethod' | 'authentication';
  /** further members of the proof; undefined for none of the usual ones */
  options?: Record<string, unknown>;
}

/** A copy of the document with a proof as wallets and other issuers make them. */
export async function secure(document: JsonObject, options: SecureOptions): Promise<JsonObject> {
  const { suite, key, created, purpose = 'assertionMethod' } = options;
  const { isCryptosuite, canonicalForm, value } = SUITES[suite];
  const members = {
    ...(isCryptosuite ? { type: 'DataIntegrityProof', cryptosuite: suite } : { type: suite }),
    created: toDateTimeStamp(created),
    verificationMethod: key.id,
    proofPurpose: purpose,
    ...options.options,
    ...(canonicalForm === 'json' && { '@context': document['@context'] ?? [] }),
  };
  // a member that is undefined is left out
  const proof = JSON.parse(JSON.stringify(members)) as JsonObject;
  const hash = algorithmOf(key.privateKey) === 'P-384' ? 'sha384' : 'sha256';
  const limits = { limits: PRESENTATION_LIMITS, hashAlgorithm: hash } as const;
  const verifyData = await createVerifyData({
    suite,
    proof,
    document,
    transform: (one) =>
      canonicalForm === 'json' ? canonicalizeJson(one, limits) : canonicalize(one, limits),
    hash,
  });
  return { ...document, proof: { ...proof, ...valueOf(value, verifyData, key.privateKey) } };
}

function valueOf(member: 'proofValue' | 'jws', verifyData: Buffer, key: KeyObject): JsonObject {
  if (member === 'proofValue') return { proofValue: encodeBase58btc(signBytes(verifyData, key)) };
  const header = { alg: 'EdDSA', b64: false, crit: ['b64'] };
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signature = signBytes(Buffer.concat([Buffer.from(`${encoded}.`), verifyData]), key);
  return { jws: `${encoded}..${signature.toString('base64url')}` };
}

function signBytes(bytes: Buffer, key: KeyObject): Buffer {
  const algorithm = algorithmOf(key);
  if (algorithm === 'Ed25519') return sign(null, bytes, key);
  const hash = algorithm === 'P-384' ? 'sha384' : 'sha256';
  return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
}

export interface PresentSecuredOptions {
  suite: KnownSuite;
  key: TestKey;
  contexts: readonly string[];
  challenge?: string;
}

/** A presentation of credentials by whom the key is, with a proof of the suite. */
export function presentSecured(
  world: World,
  credentials: readonly JsonObject[],
  { suite, key, contexts, challenge = 'a-challenge' }: PresentSecuredOptions,
): Promise<JsonObject> {
  const presentation = {
    '@context': [...contexts],
    type: ['VerifiablePresentation'],
    holder: key.did,
    verifiableCredential: [...credentials],
  };
  return secure(presentation, {
    suite,
    key,
    created: world.now,
    purpose: 'authentication',
    options: { challenge, domain: DOMAIN },
  });
}

export interface PresentJwtByOptions {
  challenge?: string;
  header?: JsonObject | undefined;
}

/** A JWT by the algorithm of the key, unless the header says another. */
export function signJwtBy(
  { privateKey, id }: TestKey,
  { claims, header }: { claims: JsonObject; header?: JsonObject | undefined },
): string {
  const algorithms = { Ed25519: 'EdDSA', 'P-256': 'ES256', 'P-384': 'ES384' };
  const alg = algorithms[algorithmOf(privateKey) ?? 'Ed25519'];
  const input = signingInputOf({ alg, typ: 'JWT', kid: id, ...header }, claims);
  return `${input}.${signBytes(Buffer.from(input), privateKey).toString('base64url')}`;
}

/** Credentials as `jwt_vp_json` by whom the key is, whatever its algorithm. */
export function presentJwtBy(
  world: World,
  key: TestKey,
  credentials: readonly Submitted[],
  { challenge = 'a-challenge', header }: PresentJwtByOptions = {},
): string {
  const vp = {
    '@context': [CREDENTIALS_V1_CONTEXT],
    type: ['VerifiablePresentation'],
    holder: key.did,
    verifiableCredential: [...credentials],
  };
  const iat = Math.floor(world.now / 1_000);
  const claims = { iss: key.did, aud: DOMAIN, nonce: challenge, iat, vp };
  return signJwtBy(key, { claims, header });
}

/** An SD-JWT with a KB-JWT by ES256 at its end. */
export function bindByEs256(world: World, sdJwt: string, privateKey: KeyObject): string {
  const iat = Math.floor(world.now / 1_000);
  const claims = { iat, aud: DOMAIN, nonce: 'a-challenge', sd_hash: sha256Digest(sdJwt) };
  const input = signingInputOf({ alg: 'ES256', typ: 'kb+jwt' }, claims);
  return `${sdJwt}${input}.${signBytes(Buffer.from(input), privateKey).toString('base64url')}`;
}
