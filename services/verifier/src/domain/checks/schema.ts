import { checkCredentialSchema } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { failed, type Finding, PASS } from '../report.ts';

/** The credential has the fields of its kind: the schema that it names, which is the catalogue's and is not fetched. */
export function checkSchema(credential: JsonObject): Finding {
  const [first] = checkCredentialSchema(credential);
  if (first === undefined) return PASS;
  const { code, pointer, detail } = first;
  return failed(code, pointer, `The credential does not have the fields of its kind: ${detail}.`);
}
