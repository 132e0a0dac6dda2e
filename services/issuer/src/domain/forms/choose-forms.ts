import { type CredentialForm, DEFAULT_FORM } from '#vc/credential-form';
import type { CredentialRequest } from '../credential-request.ts';
import type { FormDefaults } from '../ports.ts';
import { FORMS } from './form-table.ts';

/** The row of the defaults that stands for every type without its own. */
export const ANY_TYPE = 'default';

/**
 * The forms of one call: those that it names, else those that the trust has set for the type, else for all types,
 * else DEFAULT_FORM. VCALM asks in one data model, and gets the first of these that is JSON-LD of it.
 */
export async function chooseForms(
  defaults: FormDefaults,
  odsCode: string,
  request: Pick<CredentialRequest, 'forms' | 'type' | 'dataModel'>,
): Promise<readonly CredentialForm[]> {
  if (request.forms !== undefined) return request.forms;
  const set = await defaults.load(odsCode);
  const forms = set.get(request.type) ?? set.get(ANY_TYPE) ?? [DEFAULT_FORM];
  if (request.dataModel === undefined) return forms;
  const kind = request.dataModel === '2.0' ? 'vcdm2' : 'vcdm1';
  const fitting = forms.find((form) => FORMS[form].kind === kind);
  return [fitting ?? (kind === 'vcdm2' ? DEFAULT_FORM : 'vcdm1-ed25519-2020')];
}
