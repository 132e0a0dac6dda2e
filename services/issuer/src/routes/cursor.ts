import { VcError } from '#vc/error';

/** A place in a list that is ordered by time and id, newest first. */
export interface Position {
  /** milliseconds since the epoch */
  at: number;
  id: string;
}

export function toCursor({ at, id }: Position): string {
  return Buffer.from(`${at}.${id}`).toString('base64url');
}

/** @throws VcError INVALID_REQUEST */
export function parseCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  const match = /^(\d{1,15})\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text);
  const [, at, id] = match ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw notACursor();
}

/** A place in a numbered list: 0 before its first. @throws VcError INVALID_REQUEST */
export function parseNumber(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw notACursor();
}

function notACursor(): VcError {
  return new VcError('INVALID_REQUEST', 'after is not the next of an earlier page', {
    errors: [{ pointer: '/querystring/after', detail: 'is not the next of an earlier page' }],
  });
}
