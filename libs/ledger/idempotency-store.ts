import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { VcError } from '#vc/error';

/** An answer as it went out: a retry gets the same bytes. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** The request that a key stands for. `body`: the text as it came, or `JSON.stringify` of it as parsed. */
export interface KeyedRequest {
  method: string;
  path: string;
  body: string | Uint8Array;
}

export interface AnswerRow {
  scope: string;
  key: string;
  requestHash: Uint8Array;
  answer: Answer;
}

/** The scope of a client that acts for no trust; a trust's scope is its ODS code. */
export function clientScope(clientId: string): string {
  return `client:${clientId}`;
}

/** @throws VcError IDEMPOTENCY_KEY_INVALID unless 1 to 255 visible ASCII characters */
export function checkIdempotencyKey(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return;
  throw new VcError(
    'IDEMPOTENCY_KEY_INVALID',
    'An Idempotency-Key is 1 to 255 visible ASCII characters',
  );
}

/** SHA-256 that tells one request from another under the same key. */
export function hashRequest({ method, path, body }: KeyedRequest): Uint8Array {
  return createHash('sha256')
    .update(`${JSON.stringify([method, path])}\n`)
    .update(body)
    .digest();
}

/**
 * The answer that was committed for this key.
 * @throws VcError IDEMPOTENCY_KEY_REUSED when it answered another request
 */
export async function findAnswer<DB>(
  trx: Transaction<DB>,
  scope: string,
  key: string,
  requestHash: Uint8Array,
): Promise<Answer | undefined> {
  const { rows } = await sql<Answer & { requestHash: Buffer }>`
    select request_hash as "requestHash", status, content_type as "contentType", body
    from idempotency_keys where scope = ${scope} and key = ${key}`.execute(trx);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (!row.requestHash.equals(requestHash)) throw keyReused();
  return { status: row.status, contentType: row.contentType, body: row.body };
}

/**
 * Stores answers in the transaction of what they tell. Waits for a transaction that is storing the same key.
 * @param at milliseconds since the epoch
 * @returns the keys stored; one that is missing was answered by somebody else: undo its work, answer theirs
 */
export async function storeAnswers<DB>(
  trx: Transaction<DB>,
  at: number,
  rows: readonly AnswerRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const createdAt = new Date(at).toISOString();
  const values = rows.map(
    ({ scope, key, requestHash, answer }) =>
      sql`(${scope}, ${key}, ${Buffer.from(requestHash)}, ${answer.status}::integer,
        ${answer.contentType}, ${answer.body}, ${createdAt}::timestamptz)`,
  );
  const stored = await sql<{ key: string }>`
    insert into idempotency_keys
      (scope, key, request_hash, status, content_type, body, created_at)
    values ${sql.join(values)} on conflict (scope, key) do nothing returning key`.execute(trx);
  return new Set(stored.rows.map(({ key }) => key));
}

/**
 * Forgets answers from before `olderThan`, at most 10,000 a call, under the schema's jobs role.
 * @returns how many
 */
export async function purgeAnswers<DB>(trx: Transaction<DB>, olderThan: Date): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    with old as (
      select scope, key from idempotency_keys
      where created_at < ${olderThan.toISOString()}::timestamptz limit 10000
    ), gone as (
      delete from idempotency_keys k using old
      where k.scope = old.scope and k.key = old.key returning 1
    ) select count(*)::integer as gone from gone`.execute(trx);
  return rows[0]?.gone ?? 0;
}

export function keyReused(): VcError {
  return new VcError(
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was used for another request: send a new key with a new request',
  );
}
