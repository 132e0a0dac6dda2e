import type { Transaction } from 'kysely';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import {
  type Answer,
  type AnswerRow,
  checkIdempotencyKey,
  findAnswer,
  hashRequest,
  type KeyedRequest,
  keyReused,
  storeAnswers,
} from './idempotency-store.ts';

export {
  type Answer,
  type AnswerRow,
  checkIdempotencyKey,
  clientScope,
  findAnswer,
  hashRequest,
  type KeyedRequest,
  purgeAnswers,
  storeAnswers,
} from './idempotency-store.ts';

/**
 * What a request's work comes to before anything is written: the answer, when it is known by then, and what to
 * write. Otherwise `write` makes the answer from what it finds inside the transaction.
 */
export type Prepared<DB> =
  | {
      answer: Answer;
      write: (trx: Transaction<DB>) => Promise<unknown>;
      /**
       * Tried first: commits what `write` would, and these rows (none without a key), together with other requests.
       * @returns false when nothing was written, so that `write` must, in a transaction of its own
       */
      share?: (rows: readonly AnswerRow[]) => Promise<boolean>;
    }
  | {
      answer?: undefined;
      write: (trx: Transaction<DB>) => Promise<Answer>;
      /** The same for an answer that is made inside: `rowsOf` says what to store with it. @returns undefined for false */
      share?: (rowsOf: (answer: Answer) => readonly AnswerRow[]) => Promise<Answer | undefined>;
    };

export interface AnswerOnceOptions<DB> {
  /** one transaction in which `scope`'s rows are seen: inTenant or inClient */
  transact: <T>(fn: (trx: Transaction<DB>) => Promise<T>) => Promise<T>;
  /** ODS code, or `clientScope(clientId)` */
  scope: string;
  /** the Idempotency-Key header; without one the work runs and nothing is remembered */
  key: string | undefined;
  request: KeyedRequest;
}

/** `replayed`: an earlier request with this key made it. */
export type OnceAnswer = Answer & { replayed: boolean };

export interface Idempotency<DB> {
  /**
   * Runs `work` outside any transaction, then its `write` and the storing of the answer in one.
   * The same key and request get the same bytes, whichever process they meet; errors are not remembered.
   * @throws VcError IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, and whatever `work` and `write` throw
   */
  answerOnce(
    options: AnswerOnceOptions<DB>,
    work: () => Promise<Prepared<DB>>,
  ): Promise<OnceAnswer>;
}

interface Flight {
  requestHash: string;
  landed: Promise<OnceAnswer>;
}

/*
 * Why there is one committed answer. The row (scope, key) is inserted in the transaction of the work itself, so
 * either both are there or neither. Two processes with one key meet at the primary key: the second insert waits for
 * the first transaction. If that commits, the second stores nothing, which throws `lostRace`, rolls its own work
 * back and loads the winner's answer; if it rolls back, the second goes on. When the answer is known beforehand the
 * row goes in first, so a loser writes nothing at all. When `write` makes the answer, the loser may instead fail in
 * `write` on what the winner has done; so after any failure a committed answer counts for more than the error.
 * That also answers a request whose COMMIT reached the server while its reply was lost.
 * Within a process equal keys share one flight, so fifty duplicates cost one piece of work. A shared commit has at
 * most one row of a key for the same reason; it stores all its rows or, when one lost its race, none.
 */
const lostRace = new Error('another request stored the answer');

export function createIdempotency<DB>({ clock }: { clock: Clock }): Idempotency<DB> {
  const flights = new Map<string, Flight>();

  const commit = async (
    { transact }: AnswerOnceOptions<DB>,
    prepared: Prepared<DB>,
    rowsOf: (answer: Answer) => AnswerRow[],
  ): Promise<OnceAnswer> => {
    const shared = await commitShared(prepared, rowsOf);
    if (shared !== undefined) return { ...shared, replayed: false };
    const store = async (trx: Transaction<DB>, answer: Answer) => {
      const rows = rowsOf(answer);
      const stored = await storeAnswers(trx, clock(), rows);
      if (stored.size < rows.length) throw lostRace;
    };
    const answer = await transact((trx) => writeAndStore(trx, prepared, store));
    return { ...answer, replayed: false };
  };

  const runOnce = async (
    options: AnswerOnceOptions<DB> & { key: string },
    requestHash: Uint8Array,
    work: () => Promise<Prepared<DB>>,
  ): Promise<OnceAnswer> => {
    const { transact, scope, key } = options;
    const find = () => transact((trx) => findAnswer(trx, scope, key, requestHash));
    const earlier = await find();
    if (earlier) return { ...earlier, replayed: true };
    const prepared = await work();
    try {
      return await commit(options, prepared, (answer) => [{ scope, key, requestHash, answer }]);
    } catch (error) {
      const winner = await findOrRethrow(find, error);
      return { ...winner, replayed: true };
    }
  };

  return {
    async answerOnce(options, work) {
      const { scope, key } = options;
      if (key === undefined) return commit(options, await work(), () => []);
      checkIdempotencyKey(key);
      const requestHash = hashRequest(options.request);
      const hex = Buffer.from(requestHash).toString('hex');
      const name = JSON.stringify([scope, key]);
      for (;;) {
        const flight = flights.get(name);
        if (flight === undefined) break;
        if (flight.requestHash === hex) return { ...(await flight.landed), replayed: true };
        const answered = await flight.landed.then(
          () => true,
          () => false,
        );
        if (answered) throw keyReused();
      }
      const landed = runOnce({ ...options, key }, requestHash, work).finally(() =>
        flights.delete(name),
      );
      flights.set(name, { requestHash: hex, landed });
      return landed;
    },
  };
}

async function commitShared<DB>(
  prepared: Prepared<DB>,
  rowsOf: (answer: Answer) => AnswerRow[],
): Promise<Answer | undefined> {
  if (prepared.answer === undefined) return prepared.share?.(rowsOf);
  return (await prepared.share?.(rowsOf(prepared.answer))) ? prepared.answer : undefined;
}

async function writeAndStore<DB>(
  trx: Transaction<DB>,
  prepared: Prepared<DB>,
  store: (trx: Transaction<DB>, answer: Answer) => Promise<void>,
): Promise<Answer> {
  if (prepared.answer !== undefined) {
    await store(trx, prepared.answer);
    await prepared.write(trx);
    return prepared.answer;
  }
  const answer = await prepared.write(trx);
  await store(trx, answer);
  return answer;
}

/** The committed answer, else the error that made us look. A reused key is told whatever the error was. */
async function findOrRethrow(
  find: () => Promise<Answer | undefined>,
  error: unknown,
): Promise<Answer> {
  const winner = await find().catch((fault: unknown) => {
    if (fault instanceof VcError && fault.code === 'IDEMPOTENCY_KEY_REUSED') throw fault;
    return undefined;
  });
  if (winner) return winner;
  if (error !== lostRace) throw error;
  // it cannot be read just now: the retry will tell
  throw new VcError('SERVICE_UNAVAILABLE', 'The answer of an equal request cannot be read yet');
}
