import type { CredentialForm } from '#vc/credential-form';
import { CREDENTIALS_V2_CONTEXT } from '#vc/data-model';
import { isTextForm } from '../domain/forms/form-table.ts';

interface Kept {
  form: string;
  document: string;
}

/*
 * Documents are put into answers as the text that was hashed and kept: parsing and writing them again could change it.
 */

/** The answer to a request to issue. */
export function familyBody(first: Kept, otherForms: readonly Kept[]): string {
  if (otherForms.length === 0) return `{"verifiableCredential":${valueOf(first)}}`;
  return `{"verifiableCredential":${valueOf(first)},"otherForms":[${otherForms.map(formBody).join(',')}]}`;
}

/** One form, and which. */
export function formBody(kept: Kept): string {
  return `{"form":${JSON.stringify(kept.form)},"verifiableCredential":${valueOf(kept)}}`;
}

/** What VCALM answers: a form that is text as an EnvelopedVerifiableCredential (VCDM 2.0 §4.14). */
export function enveloped(kept: Kept): string {
  if (!isText(kept)) return `{"verifiableCredential":${kept.document}}`;
  const mediaType = kept.form === 'jwt_vc_json' ? 'application/jwt' : 'application/dc+sd-jwt';
  const envelope = {
    '@context': [CREDENTIALS_V2_CONTEXT],
    id: `data:${mediaType},${kept.document}`,
    type: 'EnvelopedVerifiableCredential',
  };
  return JSON.stringify({ verifiableCredential: envelope });
}

function valueOf(kept: Kept): string {
  return isText(kept) ? JSON.stringify(kept.document) : kept.document;
}

function isText({ form }: Kept): boolean {
  return isTextForm(form as CredentialForm);
}
