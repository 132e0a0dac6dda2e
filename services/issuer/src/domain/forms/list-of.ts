import type { StatusIndex, TwoBitForm } from '../ports.ts';

/** The URL of a two-bit list. @throws Error when the index was taken without it: a fault of the program */
export function listOf(statusIndex: StatusIndex, form: TwoBitForm): string {
  const url = form === 'message' ? statusIndex.messageList : statusIndex.tokenList;
  if (url !== undefined) return url;
  throw new Error(`The status index was taken without its ${form} list`);
}
