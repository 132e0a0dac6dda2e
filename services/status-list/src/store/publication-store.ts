import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole, runAlone } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import { VcError } from '#vc/error';
import type { Draft, ListForm, PublicationStore, SignedList } from '../domain/ports.ts';
import { isFenced, newestRestore } from './fence-store.ts';
import type { Tables } from './tables.ts';

const JOBS = 'status_list_jobs';

/** Names the publisher's lock within the database. */
const PUBLISHER_LOCK = 'status_list publisher';

/**
 * A list (l, its pair p, its version d) that waits for its first version: one that a restore left without. Any other
 * is published by the lease that wants it, and is that one's affair.
 */
const FIRST_IS_DUE = sql<boolean>`(d.version is null and p.restored_at is not null)`;

/** Works across trusts. Why its order of reading and writing matters is written in domain/publish-list.ts. */
export function createPublicationStore(db: Kysely<Tables>): PublicationStore {
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
                .selectFrom('unpublished as c')
                .select((c) => c.fn.min('c.changed_at').as('changed_at'))
                .whereRef('c.list_id', '=', 'l.id')
                .as('oldest'),
            (join) => join.onTrue(),
          )
          .select('l.id')
          .where((eb) =>
            eb.or([
              FIRST_IS_DUE,
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
          .selectFrom('lists as l')
          .innerJoin('list_pairs as p', 'p.id', 'l.pair_id')
          .select(['l.pair_id', 'l.ods_code', 'l.purpose', 'p.size'])
          .select(['l.last_version', 'l.asked_version', 'l.asked_after'])
          .where('l.id', '=', listId)
          // not FOR UPDATE: changes hold their list's key until they commit, and need not be waited for
          .forNoKeyUpdate('l')
          .executeTakeFirst();
        if (list === undefined) throw new VcError('NOT_FOUND', 'There is no such status list');
        if (await isFenced(trx)) {
          throw new VcError('STATUS_LIST_FENCED', 'The status lists wait to be restored');
        }
        const asked = await ask(trx, listId, { ...list, at });
        const changes = await trx
          .selectFrom('unpublished')
          .select('change_number')
          .where('list_id', '=', listId)
          .execute();
        return {
          listId,
          odsCode: list.ods_code,
          form: list.purpose,
          ...asked,
          size: list.size,
          ...(await readBits(trx, list.pair_id, list.purpose)),
          changes: changes.map(({ change_number }) => change_number),
          restoredAt: await newestRestore(trx),
        };
      }),

    settleVersion: (listId, version) => asRole(db, JOBS, (trx) => settle(trx, listId, version)),

    withdrawVersion: (listId, version) =>
      asRole(db, JOBS, async (trx) => {
        await trx
          .updateTable('lists')
          .set((eb) => ({
            last_version: eb.ref('asked_after').$notNull(),
            asked_version: null,
            asked_after: null,
          }))
          .where('id', '=', listId)
          .where('asked_version', '=', version)
          .where('last_version', '=', version)
          .execute();
      }),

    storeVersion: (list, at) =>
      asRole(db, JOBS, async (trx) => {
        const { listId, odsCode, version, changes } = list.draft;
        await settle(trx, listId, version);
        // after the list was written to: a restore waits for this, or has been waited for
        if ((await isFenced(trx)) || (await newestRestore(trx)) !== list.draft.restoredAt) {
          throw new VcError('STATUS_LIST_FENCED', 'The draft is of a database before its restore');
        }
        if (!(await replaceLowerVersion(trx, list, at))) return undefined;
        const seen = sql<number>`any(${changes}::bigint[])`;
        const shown = await trx
          .deleteFrom('unpublished')
          .where('list_id', '=', listId)
          .where('change_number', '=', seen)
          .returning('changed_at')
          .execute();
        // the record that stays: which version of its own list first had a change
        await trx
          .updateTable('changes')
          .set({ published_version: version })
          .where('number', '=', seen)
          .where('list_id', '=', listId)
          .where('published_version', 'is', null)
          .execute();
        const digest = Buffer.from(list.digest).toString('hex');
        const subject = { list: listId, version, digest, changes: changes.length };
        await appendAudit(trx, at, [{ action: 'list.published', odsCode, subject }]);
        return { changedAt: shown.map(({ changed_at }) => changed_at.getTime()) };
      }),

    readBacklog: ({ versionsBefore }) =>
      asRole(db, JOBS, async (trx) => {
        const { rows } = await sql<{
          oldest_change: Date | null;
          oldest_version: number | null;
          due_lists: number;
        }>`select
          (select min(changed_at) from unpublished) as oldest_change,
          (select min(coalesce(d.version, 0)) from lists l join list_pairs p on p.id = l.pair_id
            left join published_lists d on d.list_id = l.id
            where ${FIRST_IS_DUE} or (d.version is not null and p.state <> 'preparing')
          ) as oldest_version,
          (select count(*) from lists l join list_pairs p on p.id = l.pair_id
            left join published_lists d on d.list_id = l.id
            where ${FIRST_IS_DUE} or d.version <= ${versionsBefore}
              or exists (select 1 from unpublished u where u.list_id = l.id)
          ) as due_lists`.execute(trx);
        const [row] = rows;
        return {
          oldestUnpublishedChange: row?.oldest_change?.getTime(),
          oldestVersion: row?.oldest_version ?? undefined,
          dueLists: row?.due_lists ?? 0,
        };
      }),

    withPublisherLock: (work) => runAlone(db, PUBLISHER_LOCK, work),
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

/** The version to ask the issuer for: the one that was asked for and not answered, or else the next. */
async function ask(
  trx: Transaction<Tables>,
  listId: string,
  list: {
    at: number;
    last_version: number;
    asked_version: number | null;
    asked_after: number | null;
  },
): Promise<Pick<Draft, 'version' | 'previousVersion'>> {
  if (list.asked_version !== null) {
    return { version: list.asked_version, previousVersion: list.asked_after ?? 0 };
  }
  const previousVersion = list.last_version;
  const version = Math.max(list.at, previousVersion + 1);
  await trx
    .updateTable('lists')
    .set({ last_version: version, asked_version: version, asked_after: previousVersion })
    .where('id', '=', listId)
    .execute();
  return { version, previousVersion };
}

async function settle(trx: Transaction<Tables>, listId: string, version: number): Promise<void> {
  await trx
    .updateTable('lists')
    .set({ asked_version: null, asked_after: null })
    .where('id', '=', listId)
    .where('asked_version', '=', version)
    .execute();
}

/** The bits that a list of this form shows, read in one statement. */
async function readBits(
  trx: Transaction<Tables>,
  pairId: string,
  form: ListForm,
): Promise<Pick<Draft, 'revoked' | 'suspended'>> {
  const shown = form === 'revocation' || form === 'suspension' ? [form] : BOTH;
  const bits = await trx
    .selectFrom('bits as b')
    .innerJoin('lists as l', 'l.id', 'b.list_id')
    .select(['b.index', 'l.purpose'])
    .where('l.pair_id', '=', pairId)
    .where('l.purpose', 'in', shown)
    .where('b.value', '=', true)
    .execute();
  const of = (purpose: ListForm) =>
    bits.flatMap((bit) => (bit.purpose === purpose ? [bit.index] : []));
  return { revoked: of('revocation'), suspended: of('suspension') };
}

const BOTH: ListForm[] = ['revocation', 'suspension'];
