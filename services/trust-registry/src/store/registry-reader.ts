import { type Kysely, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { RegistryReader } from '../domain/reading-ports.ts';
import {
  ACCREDITATION_COLUMNS,
  KEY_COLUMNS,
  ORGANISATION_COLUMNS,
  toAccreditation,
  toOrganisation,
  toPinnedKey,
} from './rows.ts';
import type { Tables } from './tables.ts';

export function createRegistryReader(
  db: Kysely<Tables>,
): RegistryReader & { ping(): Promise<void> } {
  return {
    // One statement, so one snapshot: never a key's new state beside an accreditation's old one.
    async findRecord(odsCode) {
      const row = await db
        .selectFrom('organisations')
        .select([...ORGANISATION_COLUMNS])
        .select((builder) => [
          jsonArrayFrom(
            builder
              .selectFrom('keys')
              .innerJoin('key_purposes', 'key_purposes.thumbprint', 'keys.thumbprint')
              .select([...KEY_COLUMNS])
              .whereRef('keys.ods_code', '=', 'organisations.ods_code')
              .orderBy('keys.pinned_at')
              .orderBy('keys.thumbprint')
              .orderBy('key_purposes.purpose'),
          ).as('keys'),
          jsonArrayFrom(
            builder
              .selectFrom('accreditations')
              .select([...ACCREDITATION_COLUMNS])
              .whereRef('accreditations.ods_code', '=', 'organisations.ods_code')
              .orderBy('credential_type')
              .orderBy('action')
              .orderBy('valid_from')
              .orderBy('id'),
          ).as('accreditations'),
        ])
        .where('ods_code', '=', odsCode)
        .executeTakeFirst();
      return (
        row && {
          organisation: toOrganisation(row),
          keys: row.keys.map(toPinnedKey),
          accreditations: row.accreditations.map(toAccreditation),
        }
      );
    },

    async listOrganisations({ name, icsOdsCode, kind, after, limit }) {
      let query = db.selectFrom('organisations').select([...ORGANISATION_COLUMNS]);
      if (name !== undefined) {
        // position() knows no wildcards; compared in one normal form, stored as it was sent
        const part = sql`lower(normalize(${name}::text))`;
        query = query.where(sql<boolean>`position(${part} in lower(normalize(name))) > 0`);
      }
      if (icsOdsCode !== undefined) query = query.where('ics_ods_code', '=', icsOdsCode);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (after !== undefined) query = query.where('ods_code', '>', after);
      const rows = await query.orderBy('ods_code').limit(limit).execute();
      return rows.map(toOrganisation);
    },

    async ping() {
      await sql`select 1`.execute(db);
    },
  };
}
