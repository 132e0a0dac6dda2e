import { checkCredentialSchema } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { plainWords } from '../plain-words.ts';
import { failed, type Finding, PASS } from '../report.ts';

/** The credential has the fields of its kind: the schema that it names, which is the catalogue's and is not fetched. */
export function checkSchema(credential: JsonObject): Finding {
  return schemaFinding(checkCredentialSchema(credential));
}

/** The first of the problems as a finding. */
export function schemaFinding([first]: readonly Problem[]): Finding {
  if (first === undefined) return PASS;
  const { code, pointer, detail } = first;
  return failed(code, pointer, `${plainWords(code)} Here: ${detail}.`);
}
