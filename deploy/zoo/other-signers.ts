import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { didKeyMethod } from '#did/keys';
import { encodeBase58btc } from '#did/multibase';
import { algorithmOf, multibaseOfPublicJwk } from '#did/verification-key';
import { canonicalize, PRESENTATION_LIMITS } from '#json-ld/canonicalize';
import { canonicalizeJson } from '#json-ld/canonicalize-json';
import { type KnownSuite, SUITES } from '#proofs/known-suites';
import { createVerifyData } from '#proofs/verify-data';
import { toDateTimeStamp } from '#vc/clock';
import { signingInputOf } from '#vc/compact-jws';
import type { JsonObject } from '#vc/data-model';

// Services sign with two suites and Ed25519; what others and their wallets make is made here, to be verified.

/** A key with its private half, and who it is. */
export interface OwnKey {
  privateKey: KeyObject;
  publicKeyMultibase: string;
  did: string;
  /** id of its verification method */
  id: string;
}

export type KeyKind = 'ed25519' | 'P-256' | 'P-384';

export function createOwnKey(kind: KeyKind, did?: string): OwnKey {
  const { privateKey, publicKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: kind });
  const publicKeyMultibase = multibaseOfPublicJwk(publicKey.export({ format: 'jwk' }));
  const id = did === undefined ? didKeyMethod(publicKeyMultibase) : `${did}#${publicKeyMultibase}`;
  return { privateKey, publicKeyMultibase, did: id.replace(/#.*/, ''), id };
}

/** As its holder's did:jwk. */
export function asDidJwk(key: OwnKey): OwnKey {
  const { kty, crv, x, y } = key.privateKey.export({ format: 'jwk' });
  const jwk = JSON.stringify({ kty, crv, x, y });
  const did = `did:jwk:${Buffer.from(jwk).toString('base64url')}`;
  return { ...key, did, id: `${did}#0` };
}

export interface SecureOptions {
  suite: KnownSuite;
  key: Pick<OwnKey, 'privateKey' | 'id'>;
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

export function signBytes(bytes: Buffer, key: KeyObject): Buffer {
  const algorithm = algorithmOf(key);
  if (algorithm === 'Ed25519') return sign(null, bytes, key);
  const hash = algorithm === 'P-384' ? 'sha384' : 'sha256';
  return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
}

/** A JWT by the algorithm of the key, unless the header says another. */
export function signJwtBy(
  { privateKey, id }: OwnKey,
  { claims, header }: { claims: JsonObject; header?: JsonObject | undefined },
): string {
  const algorithms = { Ed25519: 'EdDSA', 'P-256': 'ES256', 'P-384': 'ES384' };
  const alg = algorithms[algorithmOf(privateKey) ?? 'Ed25519'];
  const input = signingInputOf({ alg, typ: 'JWT', kid: id, ...header }, claims);
  return `${input}.${signBytes(Buffer.from(input), privateKey).toString('base64url')}`;
}
