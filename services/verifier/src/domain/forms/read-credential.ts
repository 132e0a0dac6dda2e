import type { JsonObject } from '#vc/data-model';
import { failedBecause } from '../report.ts';
import type { ReadCredential, Submitted } from './credential.ts';
import { CREDENTIAL_ENVELOPE, unwrap } from './envelope.ts';
import { readJsonLdCredential } from './json-ld-credential.ts';
import { readJwtCredential } from './jwt-credential.ts';
import { readSdJwtCredential } from './sd-jwt-credential.ts';

const READERS = { jwt: readJwtCredential, 'sd-jwt': readSdJwtCredential };

/** Reads a credential of any form into the one shape that is checked. What cannot be read is found so. */
export function readCredentialForm(input: Submitted): ReadCredential {
  try {
    const text = unwrap(input, CREDENTIAL_ENVELOPE);
    const read =
      text === undefined
        ? readJsonLdCredential(input as JsonObject)
        : READERS[text.kind](text.text);
    return { ...read, input };
  } catch (error) {
    return { input, format: null, id: undefined, found: failedBecause(error) };
  }
}
