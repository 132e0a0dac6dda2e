import type { Problem } from '#vc/error';
import { escapePointer } from './problems.ts';

const KEYWORD = /(?:^|[^\w.])@(?:context|id|type|value|graph)\b/i;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for; line feeds part address lines
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

/** Claim text that a JSON-LD processor, a log or a page could read as something else than text. */
export function checkText(value: unknown, pointer: string): Problem[] {
  if (typeof value === 'string') {
    const name = pointer.slice(pointer.lastIndexOf('/') + 1);
    if (KEYWORD.test(value)) {
      return [
        {
          code: 'CLAIMS_INVALID',
          pointer,
          detail: `${name} holds a JSON-LD keyword: send plain text`,
        },
      ];
    }
    if (!CONTROL.test(value)) return [];
    return [{ code: 'CLAIMS_INVALID', pointer, detail: `${name} holds a control character` }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    checkText(member, `${pointer}/${escapePointer(key)}`),
  );
}
