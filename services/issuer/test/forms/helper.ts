import { parseJwtCredential } from '#proofs/jwt-credential';
import { parseSdJwt } from '#proofs/sd-jwt';
import type { CredentialForm } from '#vc/credential-form';
import { asArray, type JsonObject } from '#vc/data-model';
import { type Issuer, mintBody, mintOnce } from '../helper.ts';

export interface Issued {
  form: CredentialForm;
  /** as it was answered */
  verifiableCredential: JsonObject | string;
}

/** A family by the route, the first form first, and the bytes of the answer. */
export async function mintForms(
  issuer: Issuer,
  forms: readonly CredentialForm[],
  changes: JsonObject = {},
): Promise<{ family: Issued[]; uuid: string; body: string }> {
  const answer = await mintOnce(issuer, mintBody({ ...changes, forms: [...forms] }));
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const { verifiableCredential, otherForms = [] } = answer.json<{
    verifiableCredential: Issued['verifiableCredential'];
    otherForms?: Issued[];
  }>();
  const first = { form: forms[0] as CredentialForm, verifiableCredential };
  const uuid = String(answer.headers.location).replace('/credentials/', '');
  return { family: [first, ...otherForms], uuid, body: answer.body };
}

/** The text of a form that is a JWT or SD-JWT. */
export function textOf(issued: Issued | undefined): string {
  if (typeof issued?.verifiableCredential === 'string') return issued.verifiableCredential;
  throw new Error(`${issued?.form} is not text`);
}

/** What all forms say, each in its own way. */
export function readForm({ form, verifiableCredential }: Issued) {
  if (typeof verifiableCredential !== 'string') return readJsonLd(verifiableCredential);
  if (form === 'jwt_vc_json') {
    const { credential, kid } = parseJwtCredential(verifiableCredential);
    return { ...readJsonLd(credential), keys: [kid] };
  }
  const { payload, kid } = parseSdJwt(verifiableCredential);
  const { status_list: entry } = payload['status'] as { status_list: { idx: number; uri: string } };
  return {
    id: payload['jti'],
    holder: payload['sub'],
    keys: [kid],
    schema: (payload['credentialSchema'] as JsonObject)['id'],
    trustFramework: payload['trustFramework'],
    supersedes: payload['supersedes'],
    status: [{ list: entry.uri, index: entry.idx }],
  };
}

function readJsonLd(credential: JsonObject) {
  const proofs = asArray(credential['proof']) as JsonObject[];
  const entries = asArray(credential['credentialStatus']) as JsonObject[];
  return {
    id: credential['id'],
    holder: (credential['credentialSubject'] as JsonObject)['id'],
    keys: proofs.map((proof) => proof['verificationMethod']),
    schema: (credential['credentialSchema'] as JsonObject)['id'],
    trustFramework: credential['trustFramework'],
    supersedes: credential['supersedes'],
    status: entries.map((entry) => ({
      list: entry['statusListCredential'] as string,
      index: Number(entry['statusListIndex']),
    })),
  };
}
