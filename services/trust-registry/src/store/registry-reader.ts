import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { RegistryReader } from '../domain/reading-ports.ts';
import type { Tables } from './tables.ts';

/** Reads `record_versions`; one statement an answer, so that each is of one snapshot. */
export function createRegistryReader(
  db: Kysely<Tables>,
): RegistryReader & { ping(): Promise<void> } {
  return {
    async findRecord(odsCode, knownAt) {
      let query = db.selectFrom('record_versions').select('record').where('ods_code', '=', odsCode);
      if (knownAt !== undefined) query = query.where('recorded_at', '<=', new Date(knownAt));
      // as recorded_at rises with the epoch
      const row = await query.orderBy('recorded_at', 'desc').limit(1).executeTakeFirst();
      return row?.record;
    },

    async listOrganisations({ name, icsOdsCode, odsCodeStart, kind, status, after, limit }) {
      let query = db
        .selectFrom('organisations')
        .innerJoinLateral(newestVersion, (join) => join.onTrue())
        .select('newest.record');
      if (name !== undefined) {
        // position() knows no wildcards; compared in one normal form, stored as it was sent
        const part = sql`lower(normalize(${name}::text))`;
        query = query.where(sql<boolean>`position(${part} in lower(normalize(name))) > 0`);
      }
      if (icsOdsCode !== undefined) query = query.where('ics_ods_code', '=', icsOdsCode);
      if (odsCodeStart !== undefined) {
        query = query.where(sql<boolean>`starts_with(ods_code, ${odsCodeStart})`);
      }
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (status !== undefined) query = query.where('status', '=', status);
      if (after !== undefined) query = query.where('organisations.ods_code', '>', after);
      const rows = await query.orderBy('ods_code').limit(limit).execute();
      return rows.map(({ record }) => record.organisation);
    },

    async findPosition() {
      const { epoch, recorded_at } = await db
        .selectFrom('registry_epoch')
        .select(['epoch', 'recorded_at'])
        .executeTakeFirstOrThrow();
      return { epoch, recordedAt: recorded_at.getTime() };
    },

    async readChangesSince(since) {
      const { epoch, newest } = await db
        .selectFrom('registry_epoch')
        .select('epoch')
        .select((builder) =>
          jsonArrayFrom(
            builder
              .selectFrom('organisations')
              .innerJoinLateral(newestVersion, (join) => join.onTrue())
              .select('newest.record')
              .where('newest.epoch', '>', since)
              .orderBy('organisations.ods_code'),
          ).as('newest'),
        )
        .executeTakeFirstOrThrow();
      return { epoch, records: newest.map(({ record }) => record) };
    },

    async ping() {
      await sql`select 1`.execute(db);
    },
  };
}

/** Of the organisation that the query beside it stands at. */
function newestVersion(builder: ExpressionBuilder<Tables, 'organisations'>) {
  return builder
    .selectFrom('record_versions')
    .select(['record', 'epoch'])
    .whereRef('record_versions.ods_code', '=', 'organisations.ods_code')
    .orderBy('record_versions.epoch', 'desc')
    .limit(1)
    .as('newest');
}
