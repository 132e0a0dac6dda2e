import { type Kysely, sql } from 'kysely';
import type { ChecklistChanges, ChecklistItem, PeopleChanges } from '../domain/ports.ts';
import { type Tables, toMilliseconds } from './tables.ts';

/** Signatories, contacts and the checklist: what is never published. */
export function readinessChanges(trx: Kysely<Tables>): PeopleChanges & ChecklistChanges {
  return {
    async isSignatory(odsCode, subject) {
      const row = await trx
        .selectFrom('signatories')
        .select('subject')
        .where('ods_code', '=', odsCode)
        .where('subject', '=', subject)
        .where('valid_until', 'is', null)
        .executeTakeFirst();
      return row !== undefined;
    },

    async insertSignatory(odsCode, subject, at) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('signatories')
        .values({ ods_code: odsCode, subject, valid_from: new Date(at), valid_until: null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async endSignatory(odsCode, subject, at) {
      const { numUpdatedRows } = await trx
        .updateTable('signatories')
        .set({ valid_until: sql`greatest(valid_from, ${new Date(at)}::timestamptz)` })
        .where('ods_code', '=', odsCode)
        .where('subject', '=', subject)
        .where('valid_until', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async listContacts(odsCode) {
      return trx
        .selectFrom('contacts')
        .select(['team', 'email', 'phone'])
        .where('ods_code', '=', odsCode)
        .execute();
    },

    async saveContacts(odsCode, contacts) {
      await trx
        .insertInto('contacts')
        .values(contacts.map((contact) => ({ ods_code: odsCode, ...contact })))
        .onConflict((conflict) =>
          conflict.columns(['ods_code', 'team']).doUpdateSet({
            email: (row) => row.ref('excluded.email'),
            phone: (row) => row.ref('excluded.phone'),
          }),
        )
        .execute();
    },

    async listCheckedItems(odsCode) {
      const rows = await trx
        .selectFrom('checklist_items')
        .select(['item', 'done_at', 'reference'])
        .where('ods_code', '=', odsCode)
        .execute();
      return rows.map(({ item, done_at, reference }) => ({
        // the table's own check lets in no other
        item: item as ChecklistItem,
        doneAt: toMilliseconds(done_at),
        reference,
      }));
    },

    async saveCheckedItem(odsCode, { item, doneAt, reference }) {
      const done = { done_at: new Date(doneAt), reference };
      await trx
        .insertInto('checklist_items')
        .values({ ods_code: odsCode, item, ...done })
        .onConflict((conflict) => conflict.columns(['ods_code', 'item']).doUpdateSet(done))
        .execute();
    },
  };
}
