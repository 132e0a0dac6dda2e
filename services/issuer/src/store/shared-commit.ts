import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant, isLockedOut, isUnavailable } from '#kit/database';
import { type AnswerRow, storeAnswers } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import type { Tables } from './tables.ts';

export interface SharedCommitDeps<Entry, Result> {
  db: Kysely<Tables>;
  /** Writes what all entries are to, audit rows last. @returns what came of each, in their order */
  write: (trx: Transaction<Tables>, entries: Entry[], odsCode: string) => Promise<Result[]>;
}

/** Entries of one trust in one transaction, and how many more may wait for theirs. */
const MAX_GROUP = 64;
const MAX_WAITING = 2_000;
const LOCK_TIMEOUT_MS = 500;

const lostRace = new Error('another process answered one of the calls');

/*
 * Why sharing a commit changes no answer. A group holds one trust's entries, so row-level security binds it as it
 * binds one of them. Keys, records and audit rows of all are in one transaction, and an entry resolves after its
 * COMMIT: all are there or none is, and nothing is answered before. One group of a trust is under way at a time;
 * what arrives meanwhile is the next, so nobody waits for company.
 *
 * A group fails in two ways. The database was lost, full or late, or COMMIT itself failed: what became of it may be
 * unknown, and everyone gets that error, as alone; with a key the committed answer is then looked for
 * (libs/ledger/idempotency.ts). Or something of one entry was refused: its key was answered by another process, its id
 * or index is in use, a check or a trigger said no. COMMIT was not sent then, so nothing is written; `undefined` sends
 * each entry into a transaction of its own, outside the queue, and only the one at fault fails, with its own error.
 *
 * An entry may meet its key or id in another process's open transaction. The group waits for that, but not for long:
 * LOCK_TIMEOUT_MS later it is given up as above, and only that entry waits on. So a group is in no lasting deadlock
 * either (PostgreSQL looks for them after a second); keys and rows are taken in order, so that two groups of equal
 * calls wait one for the other and not both. The audit lane comes last and is held for the commit only, as ever.
 */

/** @returns what came of the entry in its group's commit; undefined: nothing of it is written, and it must go alone */
export function createSharedCommit<Entry, Result>(deps: SharedCommitDeps<Entry, Result>) {
  return createGroupCommit<Entry, Result | undefined>({
    commit: async (group, odsCode) => {
      let written = false;
      try {
        return await inTenant(deps.db, odsCode, async (trx) => {
          await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(trx);
          const results = await deps.write(trx, group, odsCode);
          written = true;
          return results;
        });
      } catch (error) {
        if (written || concernsAll(error)) throw error;
        return group.map(() => undefined);
      }
    },
    maxGroup: MAX_GROUP,
    maxWaiting: MAX_WAITING,
  });
}

/** The answers of a group, in the order of their keys. @throws when somebody else answered one of the calls */
export async function storeAll(
  trx: Transaction<Tables>,
  clock: Clock,
  rows: AnswerRow[],
): Promise<void> {
  const stored = await storeAnswers(trx, clock(), rows.toSorted(byKey));
  if (stored.size < rows.length) throw lostRace;
}

// An audit row that was refused comes as SERVICE_UNAVAILABLE too, but its cause is no lost database.
function concernsAll(error: unknown): boolean {
  return error instanceof VcError && isUnavailable(error.cause) && !isLockedOut(error.cause);
}

function byKey(a: AnswerRow, b: AnswerRow): number {
  return a.key < b.key ? -1 : 1;
}
