import { randomBytes } from 'node:crypto';
import { signCredential } from '#proofs/add-proof';
import { parseJwtCredential, signJwtCredential } from '#proofs/jwt-credential';
import { parseSdJwt, signSdJwt } from '#proofs/sd-jwt';
import type { Signer } from '#proofs/signer';
import type { ProofSuite } from '#proofs/suites';
import { toDateTimeStamp } from '#vc/clock';
import type { Credential, JsonObject } from '#vc/data-model';

/** One of each kind that a verifier reads in a way of its own. */
export const ZOO_FORMS = [
  'vcdm2-ed25519-2020',
  'vcdm2-eddsa-rdfc-2022',
  'vcdm1-ed25519-2020',
  'jwt_vc_json',
  'dc+sd-jwt',
] as const;
export type ZooForm = (typeof ZOO_FORMS)[number];

/** A credential that can be changed and then signed. */
export interface Draft {
  form: ZooForm;
  /** the document without its proof; of an SD-JWT the claims, all of them disclosed */
  members: JsonObject;
  /** of an SD-JWT the claims that can be withheld */
  disclosable: readonly string[];
}

const SUITES: Partial<Record<ZooForm, ProofSuite>> = {
  'vcdm2-ed25519-2020': 'Ed25519Signature2020',
  'vcdm2-eddsa-rdfc-2022': 'eddsa-rdfc-2022',
  'vcdm1-ed25519-2020': 'Ed25519Signature2020',
};

/** What an issued credential says, so that one thing of it can be changed. */
export function draftOf(form: ZooForm, issued: JsonObject | string): Draft {
  if (typeof issued === 'string' && form === 'dc+sd-jwt') {
    const { payload, disclosed } = parseSdJwt(issued);
    return { form, members: payload, disclosable: disclosed };
  }
  if (typeof issued === 'string') {
    return { form, members: parseJwtCredential(issued).credential, disclosable: [] };
  }
  return { form, members: without(issued, 'proof'), disclosable: [] };
}

/** @param at milliseconds: when it says that it was signed */
export async function signDraft(
  { form, members, disclosable }: Draft,
  signer: Signer,
  at: number = Date.now(),
): Promise<JsonObject | string> {
  if (form === 'jwt_vc_json') {
    return signJwtCredential({ credential: members as Credential, signer, issuedAt: at });
  }
  if (form === 'dc+sd-jwt') {
    const payload = { ...members, iat: Math.floor(at / 1_000) };
    return signSdJwt({ payload, disclosable, signer, newSalt });
  }
  const suite = SUITES[form];
  return signCredential({
    credential: members as Credential,
    signer,
    suites: suite === undefined ? [] : [suite],
    created: toDateTimeStamp(at),
  });
}

/** The same, less one member. */
export function without(document: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== member));
}

/** The same in the name of another issuer. */
export function issuedBy(draft: Draft, did: string): Draft {
  const { form, members } = draft;
  if (form !== 'dc+sd-jwt') return { ...draft, members: { ...members, issuer: did } };
  const [, , host = '', ...path] = did.split(':');
  return { ...draft, members: { ...members, iss: ['https:/', host, ...path].join('/') } };
}

/** The same, for an id of its own. */
export function withNewId(draft: Draft): Draft {
  const id = `urn:uuid:${crypto.randomUUID()}`;
  const member = draft.form === 'dc+sd-jwt' ? 'jti' : 'id';
  return { ...draft, members: { ...draft.members, [member]: id } };
}

/** One claim of a signed credential becomes another; its signature stays. */
export function tamperWith(form: ZooForm, signed: JsonObject | string): JsonObject | string {
  if (typeof signed !== 'string') {
    return { ...signed, credentialSubject: laterBy(signed['credentialSubject']) };
  }
  const [header, claims = '', ...rest] = signed.split('.');
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as JsonObject;
  const vc = said['vc'] as JsonObject;
  const changed =
    form === 'dc+sd-jwt'
      ? { ...said, jti: `urn:uuid:${crypto.randomUUID()}` }
      : { ...said, vc: { ...vc, credentialSubject: laterBy(vc['credentialSubject']) } };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
}

function laterBy(subject: unknown): JsonObject {
  return { ...(subject as JsonObject), dateLastAwarded: '2026-11-01' };
}

function newSalt(): string {
  return randomBytes(16).toString('base64url');
}
