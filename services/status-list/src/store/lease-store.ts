import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { LeaseStore, ListPair, PreparedPair } from '../domain/ports.ts';
import { findListPair, lockFor } from './list-pairs.ts';
import type { SecretSeal } from './sealed-secret.ts';
import type { Tables } from './tables.ts';

export interface LeaseStoreOptions {
  db: Kysely<Tables>;
  seal: SecretSeal;
}

export function createLeaseStore({ db, seal }: LeaseStoreOptions): LeaseStore {
  return {
    leaseSlice: ({ odsCode, clientId, at }) =>
      inTenant(db, odsCode, async (trx) => {
        // one statement takes the slice: a concurrent one waits for the row and counts on from there
        const taken = await trx
          .updateTable('list_pairs')
          .set((eb) => ({ next_slice: eb('next_slice', '+', 1) }))
          .where('ods_code', '=', odsCode)
          .where('state', '=', 'open')
          .where((eb) => eb(eb('next_slice', '*', eb.ref('slice_size')), '<', eb.ref('size')))
          .returning(['id', sql<number>`next_slice - 1`.as('slice')])
          .executeTakeFirst();
        const pair = taken && (await findListPair(trx, seal, taken.id));
        if (taken === undefined || pair === undefined) return undefined;
        const { slice } = taken;
        const lease = { pair_id: pair.id, slice, ods_code: odsCode, client_id: clientId };
        await trx
          .insertInto('leases')
          .values({ ...lease, leased_at: new Date(at) })
          .execute();
        const subject = { pair: pair.id, slice };
        await appendAudit(trx, at, [{ action: 'slice.leased', odsCode, clientId, subject }]);
        return { pair, slice };
      }),

    preparePair: ({ odsCode, clientId, at }, pair) =>
      inTenant(db, odsCode, async (trx) => {
        await lockFor(trx, `pairs of ${odsCode}`);
        if (await hasOpenPair(trx)) return undefined;
        const waiting = await findPreparedPair(trx);
        if (waiting !== undefined) return waiting;
        await insertPair(trx, { pair, odsCode, at, sealed: seal.seal(pair.secret, pair.id) });
        const { id, revocationListId: revocation, suspensionListId: suspension } = pair;
        const subject = { pair: id, revocation, suspension };
        await appendAudit(trx, at, [{ action: 'pair.prepared', odsCode, clientId, subject }]);
        return { id, unpublishedListIds: [revocation, suspension] };
      }),

    openPair: ({ odsCode, clientId, at }, pairId) =>
      inTenant(db, odsCode, async (trx) => {
        await lockFor(trx, `pairs of ${odsCode}`);
        const prepared = await findPreparedPair(trx);
        if (prepared?.id !== pairId) return;
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

async function hasOpenPair(trx: Transaction<Tables>): Promise<boolean> {
  const open = await trx
    .selectFrom('list_pairs')
    .select('id')
    .where('state', '=', 'open')
    .where((eb) => eb(eb('next_slice', '*', eb.ref('slice_size')), '<', eb.ref('size')))
    .executeTakeFirst();
  return open !== undefined;
}

async function findPreparedPair(trx: Transaction<Tables>): Promise<PreparedPair | undefined> {
  const rows = await trx
    .selectFrom('list_pairs as p')
    .innerJoin('lists as l', 'l.pair_id', 'p.id')
    .leftJoin('published_lists as d', 'd.list_id', 'l.id')
    .select(['p.id', 'l.id as list_id', 'd.version'])
    .where('p.state', '=', 'preparing')
    .execute();
  const [first] = rows;
  const unpublished = rows.filter(({ version }) => version === null);
  return first && { id: first.id, unpublishedListIds: unpublished.map(({ list_id }) => list_id) };
}

async function insertPair(
  trx: Transaction<Tables>,
  options: { pair: ListPair; odsCode: string; at: number; sealed: Buffer },
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
