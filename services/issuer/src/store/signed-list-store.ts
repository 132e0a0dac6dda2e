import type { Kysely, Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import { VcError } from '#vc/error';
import type { SignedList, SignedLists } from '../domain/sign-status-list.ts';
import type { Tables } from './tables.ts';

/** The newest signed version of each status list. */
export function createSignedListStore({ db }: { db: Kysely<Tables> }): SignedLists {
  return {
    record: (list) =>
      inTenant(db, list.odsCode, async (trx) => {
        const newest = await lockNewest(trx, list);
        if (newest === undefined && !(await insertFirst(trx, list))) throw notHigher();
        if (newest !== undefined) await raise(trx, list, newest);
        const { listId, odsCode, clientId, version, keyThumbprint } = list;
        const digest = Buffer.from(list.digest).toString('hex');
        const subject = { list: listId, version, digest, key: keyThumbprint };
        const event = { action: 'status-list.signed', odsCode, clientId, subject };
        await appendAudit(trx, list.signedAt, [event]);
      }),
  };
}

// Of two that sign at once, the one that comes second waits here and then finds the higher version.
async function lockNewest(trx: Transaction<Tables>, list: SignedList): Promise<number | undefined> {
  const row = await trx
    .selectFrom('signed_lists')
    .select('version')
    .where('list_id', '=', list.listId)
    .where('purpose', '=', list.purpose)
    .forUpdate()
    .executeTakeFirst();
  return row?.version;
}

async function raise(trx: Transaction<Tables>, list: SignedList, newest: number): Promise<void> {
  const { listId, version, previousVersion, digest, signedAt } = list;
  if (version <= newest) throw notHigher();
  if (previousVersion < newest) throw fenced();
  await trx
    .updateTable('signed_lists')
    .set({ version, digest: Buffer.from(digest), signed_at: new Date(signedAt) })
    .where('list_id', '=', listId)
    .execute();
}

// Nothing is inserted when the list has a row, be it one of another trust that this one cannot see.
async function insertFirst(trx: Transaction<Tables>, list: SignedList): Promise<boolean> {
  const inserted = await trx
    .insertInto('signed_lists')
    .values({
      list_id: list.listId,
      ods_code: list.odsCode,
      purpose: list.purpose,
      version: list.version,
      digest: Buffer.from(list.digest),
      signed_at: new Date(list.signedAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('list_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

function notHigher(): VcError {
  return new VcError(
    'CONFLICT',
    'A version as high of this list was signed before, or the list is not of this trust and purpose',
  );
}

// Its database was restored from before that version: its bits may lack revocations that were already public.
function fenced(): VcError {
  return new VcError(
    'STATUS_LIST_FENCED',
    'A version that the caller does not know of was signed before: its database is older than what it published',
  );
}
