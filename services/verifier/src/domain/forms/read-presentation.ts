import type { JsonObject } from '#vc/data-model';
import { failedBecause } from '../report.ts';
import type { Submitted } from './credential.ts';
import { PRESENTATION_ENVELOPE, unwrap } from './envelope.ts';
import { readJsonLdPresentation } from './json-ld-presentation.ts';
import { readJwtPresentation } from './jwt-presentation.ts';
import type { ReadPresentation } from './presentation.ts';
import { readSdJwtPresentation } from './sd-jwt-presentation.ts';

const READERS = { jwt: readJwtPresentation, 'sd-jwt': readSdJwtPresentation };

/** Reads a presentation of any form into the one shape that is checked. What cannot be read is found so. */
export function readPresentationForm(input: Submitted): ReadPresentation {
  try {
    const text = unwrap(input, PRESENTATION_ENVELOPE);
    return text === undefined
      ? readJsonLdPresentation(input as JsonObject)
      : READERS[text.kind](text.text);
  } catch (error) {
    return { found: failedBecause(error) };
  }
}
