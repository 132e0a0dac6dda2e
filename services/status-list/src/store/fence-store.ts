import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { FenceStore } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

const JOBS = 'status_list_jobs';

/** The fence in the database: every replica on it sees the same. */
export function createFenceStore(db: Kysely<Tables>): FenceStore {
  return {
    raiseFence: ({ cause, listId, detail }, at) =>
      asRole(db, JOBS, async (trx) => {
        const raised = await trx
          .insertInto('fences')
          .values({ cause, list_id: listId ?? null, detail, raised_at: new Date(at) })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
        if (raised === undefined) return;
        const subject = { cause, ...(listId !== undefined && { list: listId }) };
        await appendAudit(trx, at, [{ action: 'database.fenced', subject }]);
      }),

    isFenced: () => isFenced(db),

    async newestRestore() {
      const newest = await db
        .selectFrom('restores')
        .select((eb) => eb.fn.max('restored_at').as('restored_at'))
        .executeTakeFirst();
      return newest?.restored_at?.getTime();
    },
  };
}

export async function isFenced(db: Kysely<Tables> | Transaction<Tables>): Promise<boolean> {
  const { rows } = await sql<{ fenced: boolean }>`
    select exists (select 1 from fences where lifted_at is null) as fenced`.execute(db);
  return rows[0]?.fenced !== false;
}
