import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { PublicationStore, PublishedListStore, SignedList } from '../domain/ports.ts';
import { VcError } from '#vc/error';
import type { Tables } from './tables.ts';

const JOBS = 'status_list_jobs';

/** Names the publisher's lock within the database. */
const PUBLISHER_LOCK = 'status_list publisher';

/** Works across trusts. Why its order of reading and writing matters is written in domain/publish-list.ts. */
export function createPublicationStore(db: Kysely<Tables>): PublicationStore & PublishedListStore {
  return {
    findDueLists: ({ versionsBefore }) =>
      asRole(db, JOBS, async (trx) => {
        const rows = await trx
          .selectFrom('lists as l')
          .innerJoin('list_pairs as p', 'p.id', 'l.pair_id')
          .leftJoin('published_lists as d', 'd.list_id', 'l.id')
          .leftJoinLateral(
            (eb) =>
              eb
                .selectFrom('changes as c')
                .select((c) => c.fn.min('c.changed_at').as('changed_at'))
                .whereRef('c.list_id', '=', 'l.id')
                .where('c.published_version', 'is', null)
                .as('oldest'),
            (join) => join.onTrue(),
          )
          .select('l.id')
          .where((eb) =>
            eb.or([
              eb.and([eb('d.version', 'is', null), eb('p.state', '<>', 'preparing')]),
              eb('d.version', '<=', versionsBefore),
              eb('oldest.changed_at', 'is not', null),
            ]),
          )
          .orderBy('oldest.changed_at', (order) => order.asc().nullsLast())
          .orderBy('d.version', (order) => order.asc().nullsLast())
          .execute();
        return rows.map(({ id }) => id);
      }),

    draftVersion: (listId, at) =>
      asRole(db, JOBS, async (trx) => {
        const list = await trx
          .updateTable('lists')
          .set({ last_version: sql<number>`greatest(${at}::bigint, last_version + 1)` })
          .where('id', '=', listId)
          .returning(['pair_id', 'ods_code', 'purpose', 'last_version'])
          .executeTakeFirst();
        if (list === undefined) throw new VcError('NOT_FOUND', 'There is no such status list');
        const { size } = await trx
          .selectFrom('list_pairs')
          .select('size')
          .where('id', '=', list.pair_id)
          .executeTakeFirstOrThrow();
        const changes = await trx
          .selectFrom('changes')
          .select('number')
          .where('list_id', '=', listId)
          .where('published_version', 'is', null)
          .execute();
        const bits = await trx
          .selectFrom('bits')
          .select('index')
          .where('list_id', '=', listId)
          .where('value', '=', true)
          .execute();
        return {
          listId,
          odsCode: list.ods_code,
          purpose: list.purpose,
          version: list.last_version,
          size,
          set: bits.map(({ index }) => index),
          changes: changes.map(({ number }) => number),
        };
      }),

    storeVersion: (list, at) =>
      asRole(db, JOBS, async (trx) => {
        if (!(await replaceLowerVersion(trx, list, at))) return false;
        const { listId, odsCode, version, changes } = list.draft;
        await trx
          .updateTable('changes')
          .set({ published_version: version })
          .where('number', '=', sql<number>`any(${changes}::bigint[])`)
          .where('published_version', 'is', null)
          .execute();
        const digest = Buffer.from(list.digest).toString('hex');
        const subject = { list: listId, version, digest, changes: changes.length };
        await appendAudit(trx, at, [{ action: 'list.published', odsCode, subject }]);
        return true;
      }),

    readBacklog: ({ versionsBefore }) =>
      asRole(db, JOBS, async (trx) => {
        const { rows } = await sql<{
          oldest_change: Date | null;
          oldest_version: number | null;
          due_lists: number;
        }>`select
          (select min(changed_at) from changes where published_version is null) as oldest_change,
          (select min(d.version) from published_lists d join lists l on l.id = d.list_id
            join list_pairs p on p.id = l.pair_id where p.state <> 'preparing') as oldest_version,
          (select count(*) from lists l join list_pairs p on p.id = l.pair_id
            left join published_lists d on d.list_id = l.id
            where (d.version is null and p.state <> 'preparing') or d.version <= ${versionsBefore}
              or exists
                (select 1 from changes c where c.list_id = l.id and c.published_version is null)
          ) as due_lists`.execute(trx);
        const [row] = rows;
        return {
          oldestUnpublishedChange: row?.oldest_change?.getTime(),
          oldestVersion: row?.oldest_version ?? undefined,
          dueLists: row?.due_lists ?? 0,
        };
      }),

    withPublisherLock: (work) =>
      db.connection().execute(async (connection) => {
        const key = sql`hashtextextended(${PUBLISHER_LOCK}, 0)`;
        const { rows } = await sql<{
          got: boolean;
        }>`select pg_try_advisory_lock(${key}) as got`.execute(connection);
        if (rows[0]?.got !== true) return false;
        try {
          await work();
        } finally {
          await sql`select pg_advisory_unlock(${key})`.execute(connection);
        }
        return true;
      }),

    findPublishedList: (listId) =>
      asRole(db, JOBS, async (trx) => {
        const row = await trx
          .selectFrom('published_lists')
          .select(['document', 'etag', 'valid_until'])
          .where('list_id', '=', listId)
          .executeTakeFirst();
        return (
          row && { document: row.document, etag: row.etag, validUntil: row.valid_until.getTime() }
        );
      }),
  };
}

/** The compare-and-set: a publisher that was overtaken changes nothing. */
async function replaceLowerVersion(
  trx: Transaction<Tables>,
  { draft, document, digest, etag, validUntil }: SignedList,
  at: number,
): Promise<boolean> {
  const stored = await trx
    .insertInto('published_lists')
    .values({
      list_id: draft.listId,
      ods_code: draft.odsCode,
      version: draft.version,
      document,
      digest: Buffer.from(digest),
      etag,
      valid_until: new Date(validUntil),
      published_at: new Date(at),
    })
    .onConflict((conflict) =>
      conflict
        .column('list_id')
        .doUpdateSet((eb) => ({
          version: eb.ref('excluded.version'),
          document: eb.ref('excluded.document'),
          digest: eb.ref('excluded.digest'),
          etag: eb.ref('excluded.etag'),
          valid_until: eb.ref('excluded.valid_until'),
          published_at: eb.ref('excluded.published_at'),
        }))
        .whereRef('published_lists.version', '<', 'excluded.version'),
    )
    .returning('version')
    .executeTakeFirst();
  return stored !== undefined;
}
