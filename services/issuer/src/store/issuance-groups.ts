import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant, isLockedOut, isUnavailable } from '#kit/database';
import { type AnswerRow, storeAnswers } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import type { IssuedCredential } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

export interface IssuanceGroupsDeps {
  db: Kysely<Tables>;
  clock: Clock;
  /** the records and, last, the audit rows */
  write: (trx: Transaction<Tables>, credentials: readonly IssuedCredential[]) => Promise<void>;
}

interface Entry {
  credential: IssuedCredential;
  /** the answer under its key; none without a key */
  rows: readonly AnswerRow[];
}

/** Credentials of one trust in one transaction, and how many more may wait for theirs. */
const MAX_GROUP = 64;
const MAX_WAITING = 1_000;
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
 * or index is in use, a check or a trigger said no. COMMIT was not sent then, so nothing is written; `false` sends each
 * entry into a transaction of its own, outside the queue, and only the one at fault fails, with its own error.
 *
 * An entry may meet its key or id in another process's open transaction. The group waits for that, but not for long:
 * LOCK_TIMEOUT_MS later it is given up as above, and only that entry waits on. So a group is in no lasting deadlock
 * either (PostgreSQL looks for them after a second); keys are taken in order, so that two groups of equal calls wait
 * one for the other and not both. The audit lane comes last and is held for the commit only, as ever.
 */

/** @returns whether the entry was committed with its group; false: nothing of it is written, and it must go alone */
export function createIssuanceGroups({ db, clock, write }: IssuanceGroupsDeps) {
  const writeGroup = async (trx: Transaction<Tables>, group: readonly Entry[]) => {
    await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(trx);
    const rows = group.flatMap((entry) => entry.rows).toSorted(byKey);
    const stored = await storeAnswers(trx, clock(), rows);
    if (stored.size < rows.length) throw lostRace;
    await write(
      trx,
      group.map(({ credential }) => credential),
    );
  };
  return createGroupCommit<Entry, boolean>({
    commit: async (group, odsCode) => {
      let written = false;
      try {
        await inTenant(db, odsCode, async (trx) => {
          await writeGroup(trx, group);
          written = true;
        });
        return group.map(() => true);
      } catch (error) {
        if (written || concernsAll(error)) throw error;
        return group.map(() => false);
      }
    },
    maxGroup: MAX_GROUP,
    maxWaiting: MAX_WAITING,
  });
}

// An audit row that was refused comes as SERVICE_UNAVAILABLE too, but its cause is no lost database.
function concernsAll(error: unknown): boolean {
  return error instanceof VcError && isUnavailable(error.cause) && !isLockedOut(error.cause);
}

function byKey(a: AnswerRow, b: AnswerRow): number {
  return a.key < b.key ? -1 : 1;
}
