import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { isLanguageValue } from '#vc/rules/texts-and-times';
import { failed, type Finding, PASS } from '../report.ts';

/**
 * Every context is a known one or stands there itself, in any order after the first, and at the top only. Keywords
 * stand only in the language values of VCDM 2.0 §11.1, where all of them is signed.
 */
export function checkKnownContexts(
  document: JsonObject,
  isKnown: (url: string) => boolean,
): Finding {
  const {
    '@context': context,
    verifiableCredential: _presented,
    proof: _proof,
    ...members
  } = document;
  const at = asArray<JsonValue>(context).findIndex(
    (each) => typeof each === 'string' && !isKnown(each),
  );
  if (at >= 0) return failed('CONTEXT_NOT_ALLOWED', `/@context/${at}`);
  const keyword = findKeyword(members, '');
  return keyword === undefined ? PASS : failed('UNKNOWN_TERM', keyword);
}

function findKeyword(value: JsonValue, pointer: string): string | undefined {
  if (typeof value !== 'object' || value === null || isLanguageValue(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isJsonObject(value) && key.startsWith('@')) return at;
    const inner = findKeyword(member, at);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
