import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { FenceStore } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

const JOBS = 'status_list_jobs';

/** The fence in the database: every replica on it sees the same. */
export function createFenceStore(db: Kysely<Tables>): FenceStore {
  return {
    raiseFence: ({ cause, listId, detail, restoredAt }, at) =>
      asRole(db, JOBS, async (trx) => {
        // one statement: it waits for a restore that is under way and then sees it
        const { rows: raised } = await sql`
          insert into fences (cause, list_id, detail, raised_at)
            select ${cause}, ${listId ?? null}::uuid, ${detail}, ${new Date(at)}::timestamptz
              where (select max(restored_at) from restores)
                is not distinct from ${toDate(restoredAt)}::timestamptz
            on conflict do nothing
            returning id`.execute(trx);
        if (raised.length === 0) return;
        const subject = { cause, ...(listId !== undefined && { list: listId }) };
        await appendAudit(trx, at, [{ action: 'database.fenced', subject }]);
      }),

    isFenced: () => isFenced(db),

    newestRestore: () => newestRestore(db),
  };
}

/** @returns milliseconds since the epoch */
export async function newestRestore(
  db: Kysely<Tables> | Transaction<Tables>,
): Promise<number | undefined> {
  const newest = await db
    .selectFrom('restores')
    .select((eb) => eb.fn.max('restored_at').as('restored_at'))
    .executeTakeFirst();
  return newest?.restored_at?.getTime();
}

function toDate(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

export async function isFenced(db: Kysely<Tables> | Transaction<Tables>): Promise<boolean> {
  const { rows } = await sql<{ fenced: boolean }>`
    select exists (select 1 from fences where lifted_at is null) as fenced`.execute(db);
  return rows[0]?.fenced !== false;
}
