import { type Kysely, sql } from 'kysely';
import { asRole } from '#kit/database';
import type { ListFileStore, PublishedListStore } from '../domain/ports.ts';
import { isFenced } from './fence-store.ts';
import type { Tables } from './tables.ts';

const JOBS = 'status_list_jobs';

/** The stored versions of all trusts, for who serves them and who copies them to files. */
export function createPublishedListStore(db: Kysely<Tables>): PublishedListStore & ListFileStore {
  return {
    findPublishedList: (listId) =>
      asRole(db, JOBS, async (trx) => {
        // asked first: a list that this database does not know may have been lost with its tail
        if (await isFenced(trx)) return 'fenced';
        const row = await trx
          .selectFrom('lists as l')
          .leftJoin('published_lists as d', 'd.list_id', 'l.id')
          .select(['l.purpose', 'd.document', 'd.etag', 'd.valid_until'])
          .where('l.id', '=', listId)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const { purpose: form, document, etag, valid_until: validUntil } = row;
        if (document === null || etag === null || validUntil === null) return 'unpublished';
        return { form, document, etag, validUntil: validUntil.getTime() };
      }),

    findVersions: () =>
      asRole(db, JOBS, async (trx) => {
        const rows = await trx
          .selectFrom('lists as l')
          .leftJoin('published_lists as d', 'd.list_id', 'l.id')
          .select(['l.id', 'l.purpose', 'l.last_version', 'd.version', 'd.digest'])
          .execute();
        return rows.map(({ id, purpose, last_version, version, digest }) => ({
          listId: id,
          form: purpose,
          version: version ?? last_version,
          digest: digest ?? undefined,
        }));
      }),

    withStoredVersion: (listId, work) =>
      asRole(db, JOBS, async (trx) => {
        if (await isFenced(trx)) return;
        const stored = await trx
          .selectFrom('published_lists as d')
          .innerJoin('lists as l', 'l.id', 'd.list_id')
          .select(['l.purpose', 'd.document'])
          .where('d.list_id', '=', listId)
          .forNoKeyUpdate('d')
          .executeTakeFirst();
        if (stored === undefined) return;
        // a session that PostgreSQL has ended holds no row: the question fails
        const stillHeld = async () => {
          await sql`select 1`.execute(trx);
        };
        await work({ form: stored.purpose, document: stored.document }, stillHeld);
      }),
  };
}
