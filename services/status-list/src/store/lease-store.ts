import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import type { LeaseStore, NewPair, PreparedPair, TwoBitForm } from '../domain/ports.ts';
import { findListPair, lockFor, lockPair } from './list-pairs.ts';
import type { SecretSeal } from './sealed-secret.ts';
import type { Tables } from './tables.ts';

export interface LeaseStoreOptions {
  db: Kysely<Tables>;
  seal: SecretSeal;
}

export function createLeaseStore({ db, seal }: LeaseStoreOptions): LeaseStore {
  return {
    leaseSlice: ({ odsCode, clientId, at }, forms) =>
      inTenant(db, odsCode, async (trx) => {
        // one statement takes the slice: a concurrent one waits for the row and counts on from there
        const taken = await trx
          .updateTable('list_pairs')
          .set((eb) => ({ next_slice: eb('next_slice', '+', 1) }))
          .where('ods_code', '=', odsCode)
          .where('state', '=', 'open')
          .where((eb) => eb(eb('next_slice', '*', eb.ref('slice_size')), '<', eb.ref('size')))
          .where(
            (eb) =>
              eb
                .selectFrom('lists as l')
                .innerJoin('published_lists as d', 'd.list_id', 'l.id')
                .select(eb.fn.countAll<number>().as('published'))
                .whereRef('l.pair_id', '=', 'list_pairs.id')
                .where('l.purpose', '=', sql<TwoBitForm>`any(${forms}::text[])`),
            '=',
            forms.length,
          )
          .returning(['id', sql<number>`next_slice - 1`.as('slice')])
          .executeTakeFirst();
        const pair = taken && (await findListPair(trx, seal, taken.id));
        if (taken === undefined || pair === undefined) return undefined;
        const twoBitListIds = await findTwoBitLists(trx, pair.id, forms);
        const { slice } = taken;
        const lease = { pair_id: pair.id, slice, ods_code: odsCode, client_id: clientId };
        await trx
          .insertInto('leases')
          .values({ ...lease, leased_at: new Date(at) })
          .execute();
        const subject = { pair: pair.id, slice };
        await appendAudit(trx, at, [{ action: 'slice.leased', odsCode, clientId, subject }]);
        return { pair, slice, twoBitListIds };
      }),

    preparePair: ({ odsCode, clientId, at }, { pair, forms, newListId }) =>
      inTenant(db, odsCode, async (trx) => {
        await lockFor(trx, `pairs of ${odsCode}`);
        const events: AuditEvent[] = [];
        let id = (await findOpenPair(trx)) ?? (await findPreparedPair(trx));
        if (id === undefined) {
          id = pair.id;
          await insertPair(trx, { pair, odsCode, at, sealed: seal.seal(pair.secret, id) });
          const { revocationListId: revocation, suspensionListId: suspension } = pair;
          const subject = { pair: id, revocation, suspension };
          events.push({ action: 'pair.prepared', odsCode, clientId, subject });
        }
        for (const form of await findMissingForms(trx, id, forms)) {
          const list = newListId();
          // why it has to be alone with the pair is written in domain/publish-list.ts
          await lockPair(trx, id);
          await trx
            .insertInto('lists')
            .values({ id: list, pair_id: id, ods_code: odsCode, purpose: form })
            .execute();
          const subject = { pair: id, list, form };
          events.push({ action: 'list.prepared', odsCode, clientId, subject });
        }
        if (events.length > 0) await appendAudit(trx, at, events);
        return { id, unpublishedListIds: await findUnpublishedLists(trx, id, forms) };
      }),

    openPair: ({ odsCode, clientId, at }, pairId) =>
      inTenant(db, odsCode, async (trx) => {
        await lockFor(trx, `pairs of ${odsCode}`);
        if ((await findPreparedPair(trx)) !== pairId) return;
        await trx
          .updateTable('list_pairs')
          .set({ state: 'full' })
          .where('state', '=', 'open')
          .where((eb) => eb(eb('next_slice', '*', eb.ref('slice_size')), '=', eb.ref('size')))
          .execute();
        await trx
          .updateTable('list_pairs')
          .set({ state: 'open' })
          .where('id', '=', pairId)
          .execute();
        const subject = { pair: pairId };
        await appendAudit(trx, at, [{ action: 'pair.opened', odsCode, clientId, subject }]);
      }),
  };
}

async function findOpenPair(trx: Transaction<Tables>): Promise<string | undefined> {
  const open = await trx
    .selectFrom('list_pairs')
    .select('id')
    .where('state', '=', 'open')
    .where((eb) => eb(eb('next_slice', '*', eb.ref('slice_size')), '<', eb.ref('size')))
    .executeTakeFirst();
  return open?.id;
}

async function findPreparedPair(trx: Transaction<Tables>): Promise<string | undefined> {
  const prepared = await trx
    .selectFrom('list_pairs')
    .select('id')
    .where('state', '=', 'preparing')
    .executeTakeFirst();
  return prepared?.id;
}

/** Those that a caller waits for: a two-bit list that somebody else wants is that one's affair. */
async function findUnpublishedLists(
  trx: Transaction<Tables>,
  pairId: string,
  forms: readonly TwoBitForm[],
): Promise<PreparedPair['unpublishedListIds']> {
  const rows = await trx
    .selectFrom('lists as l')
    .leftJoin('published_lists as d', 'd.list_id', 'l.id')
    .select('l.id')
    .where('l.pair_id', '=', pairId)
    .where('l.purpose', 'in', ['revocation', 'suspension', ...forms])
    .where('d.version', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

async function findTwoBitLists(
  trx: Transaction<Tables>,
  pairId: string,
  forms: readonly TwoBitForm[],
): Promise<Partial<Record<TwoBitForm, string>>> {
  if (forms.length === 0) return {};
  const rows = await trx
    .selectFrom('lists')
    .select(['id', 'purpose'])
    .where('pair_id', '=', pairId)
    .where('purpose', 'in', forms)
    .execute();
  return Object.fromEntries(rows.map(({ id, purpose }) => [purpose, id]));
}

async function findMissingForms(
  trx: Transaction<Tables>,
  pairId: string,
  forms: readonly TwoBitForm[],
): Promise<TwoBitForm[]> {
  const found = await findTwoBitLists(trx, pairId, forms);
  return forms.filter((form) => found[form] === undefined);
}

async function insertPair(
  trx: Transaction<Tables>,
  options: { pair: NewPair; odsCode: string; at: number; sealed: Buffer },
): Promise<void> {
  const { pair, odsCode, at, sealed } = options;
  await trx
    .insertInto('list_pairs')
    .values({
      id: pair.id,
      ods_code: odsCode,
      state: 'preparing',
      size: pair.size,
      slice_size: pair.sliceSize,
      sealed_secret: sealed,
      created_at: new Date(at),
    })
    .execute();
  const list = { pair_id: pair.id, ods_code: odsCode };
  await trx
    .insertInto('lists')
    .values([
      { ...list, id: pair.revocationListId, purpose: 'revocation' },
      { ...list, id: pair.suspensionListId, purpose: 'suspension' },
    ])
    .execute();
}
