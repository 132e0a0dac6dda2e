import { randomBytes, type webcrypto } from 'node:crypto';
import { didKeyMethod, publicJwk } from '#did/keys';
import { decodeBase64url, signingInputOf } from '#vc/compact-jws';
import { CREDENTIALS_V1_CONTEXT, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { sha256Digest } from '../disclosures.ts';
import { type ParsedJwt, parseJwtCredential, signJwtCredential } from '../jwt-credential.ts';
import { verifyJwtSignature } from '../jwt-signature.ts';
import { signKeyBinding, verifyKeyBinding } from '../key-binding.ts';
import { parseSdJwt, signSdJwt } from '../sd-jwt.ts';
import { createEd25519Signer, generateEd25519Key, type Signer } from '../signer.ts';
import {
  CHALLENGE,
  CREATED,
  DOMAIN,
  HOLDER,
  holderKey,
  ISSUER,
  issuerKey,
  NOW,
  resolveVerificationMethod,
} from './helper.ts';

export const ISSUER_URL = 'https://passport.northmoor.example/trusts/ZZA01';
export const VCT = 'https://staffpassport.example/vct/BasicLifeSupportCredential/1';
export const ID = 'urn:uuid:2f1d0f3e-6b6a-4f5b-9f0a-0a8f6d2b7c11';
export const IAT = NOW / 1_000;
export const holderJwk: webcrypto.JsonWebKey = publicJwk(holderKey.publicKeyMultibase);

/** A credential of VCDM 1.1 about the holder. */
export function credentialV1(changes: JsonObject = {}) {
  return {
    '@context': [CREDENTIALS_V1_CONTEXT],
    id: ID,
    type: ['VerifiableCredential'],
    issuer: ISSUER as string | JsonObject,
    issuanceDate: CREATED,
    credentialSubject: { id: HOLDER, level: '2' } as JsonObject,
    ...changes,
  };
}

export function signedJwt(changes: JsonObject = {}): Promise<string> {
  const credential = credentialV1(changes);
  return signJwtCredential({ credential, signer: issuerKey.signer, issuedAt: NOW });
}

/** Claims of an SD-JWT about the holder. */
export function sdClaims(changes: JsonObject = {}): JsonObject {
  return {
    iss: ISSUER_URL,
    sub: HOLDER,
    jti: ID,
    iat: IAT,
    nbf: IAT,
    vct: VCT,
    cnf: { jwk: publicJwk(holderKey.publicKeyMultibase) as JsonObject },
    ...changes,
  };
}

export const newSalt = () => randomBytes(16).toString('base64url');

export function signedSdJwt(): Promise<string> {
  return signSdJwt({
    payload: sdClaims({ level: '2', givenName: 'Siân', units: ['ICU', 'A&E'] }),
    disclosable: ['level', 'givenName', 'units'],
    signer: issuerKey.signer,
    newSalt,
  });
}

export function bind(sdJwt: string, signer: Signer = holderKey.signer): Promise<string> {
  return signKeyBinding({ sdJwt, signer, audience: DOMAIN, nonce: CHALLENGE, issuedAt: NOW });
}

/** A JWT of whatever is given. */
export async function signRaw(
  header: JsonObject,
  claims: JsonObject,
  signer: Signer = issuerKey.signer,
): Promise<string> {
  const input = signingInputOf(header, claims);
  const signature = await signer.sign({ data: Buffer.from(input) });
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

export const jwtHeader = (): JsonObject => ({ alg: 'EdDSA', typ: 'JWT', kid: issuerKey.signer.id });
export const sdHeader = (): JsonObject => ({ ...jwtHeader(), typ: 'dc+sd-jwt' });

/** A disclosure of whatever is given. */
export function disclosureOf(...parts: JsonValue[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

export const digestOf = sha256Digest;

/** An SD-JWT whose issuer says whatever is given. */
export async function rawSdJwt(claims: JsonObject, disclosures: string[] = []): Promise<string> {
  const jwt = await signRaw(sdHeader(), claims);
  return [jwt, ...disclosures, ''].join('~');
}

/** The codes found in an SD-JWT: of its form, of the issuer's signature and, where it is demanded, of the binding. */
export async function judgeSdJwt(text: string, options: { bound?: boolean } = {}) {
  const parsed = attempt(() => parseSdJwt(text));
  if ('code' in parsed) return [parsed.code];
  const { issuerJwt, sdJwt, keyBinding, payload } = parsed.value;
  const { problems } = await verifyIssuer(issuerJwt);
  const { cnf } = payload;
  const binding = verifyKeyBinding({
    sdJwt,
    keyBinding,
    jwk: (cnf as JsonObject | undefined)?.['jwk'],
    audience: DOMAIN,
    nonce: CHALLENGE,
    now: NOW,
  });
  return [...problems, ...(options.bound === true ? binding : [])].map(({ code }) => code);
}

/** The codes found in a jwt_vc_json. */
export async function judgeJwt(text: string, now = NOW) {
  const parsed = attempt<ParsedJwt>(() => parseJwtCredential(text));
  if ('code' in parsed) return [parsed.code];
  return (await verifyIssuer(text, now)).problems.map(({ code }) => code);
}

export function verifyIssuer(jwt: string, now = NOW) {
  return verifyJwtSignature({ jwt, resolveVerificationMethod, purpose: 'assertionMethod', now });
}

/** A did:key with its private key, for libraries that sign by themselves. */
export function newDidKey() {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const id = didKeyMethod(publicKeyMultibase);
  const jwk = publicJwk(publicKeyMultibase);
  return { id, did: id.split('#')[0] as string, privateKey, jwk, publicKeyMultibase };
}

export const signerOf = ({ id, privateKey }: ReturnType<typeof newDidKey>): Signer =>
  createEd25519Signer({ id, privateKey });

/** The JWT with its header or its claims replaced and its signature kept. */
export function withClaims(jwt: string, change: (claims: JsonObject) => JsonObject): string {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const changed = change(JSON.parse(decodeBase64url(claims).toString()));
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

function attempt<T>(read: () => T): { value: T } | { code: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof VcError) return { code: error.code };
    throw error;
  }
}
