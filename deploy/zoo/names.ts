import type { VcErrorCode } from '#vc/error';
import { ZOO_FORMS } from './drafts.ts';

/** Name, code and form of an exhibit; the default form is not in the name. */
export function named(code: VcErrorCode, form: string) {
  return { name: form === ZOO_FORMS[0] ? code : `${code}.${form}`, code, form };
}

/** Of the exhibit in which nothing is wrong. */
export function goodName(form: string): string {
  return form === ZOO_FORMS[0] ? 'good' : `good.${form}`;
}
