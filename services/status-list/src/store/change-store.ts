import type { Kysely, Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { BitState, ChangeStore, IndexState, ListPair } from '../domain/ports.ts';
import { findListPair, lockFor } from './list-pairs.ts';
import type { SecretSeal } from './sealed-secret.ts';
import type { Tables } from './tables.ts';

/** Pairs that are remembered; a pair never changes. */
const KEPT_PAIRS = 64;

export interface ChangeStoreOptions {
  db: Kysely<Tables>;
  seal: SecretSeal;
}

export function createChangeStore({ db, seal }: ChangeStoreOptions): ChangeStore {
  const known = new Map<string, ListPair>();
  return {
    async findPair(odsCode, pairId) {
      const key = `${odsCode} ${pairId}`;
      const pair =
        known.get(key) ?? (await inTenant(db, odsCode, (trx) => findListPair(trx, seal, pairId)));
      if (pair === undefined) return undefined;
      known.set(key, pair);
      const [oldest] = known.keys();
      if (known.size > KEPT_PAIRS && oldest !== undefined) known.delete(oldest);
      return pair;
    },

    changeIndex: ({ pair, slice, odsCode, index, purpose, value, reason, clientId, at }, decide) =>
      inTenant(db, odsCode, async (trx) => {
        // alone with the index: equal requests follow each other, and the later ones find the change made
        await lockFor(trx, `index ${index} of ${pair.id}`);
        const decision = decide(await readIndex(trx, { pair, slice, index }));
        if (!decision.change) return { value, changed: false, changedAt: decision.changedAt };
        const listId = purpose === 'revocation' ? pair.revocationListId : pair.suspensionListId;
        const changedAt = new Date(at);
        const bit = { list_id: listId, ods_code: odsCode, index, value, changed_at: changedAt };
        await trx
          .with('recorded', (inner) =>
            inner.insertInto('changes').values({ ...bit, reason, client_id: clientId }),
          )
          .insertInto('bits')
          .values(bit)
          .onConflict((conflict) =>
            conflict.columns(['list_id', 'index']).doUpdateSet({ value, changed_at: changedAt }),
          )
          .execute();
        const action = ACTIONS[purpose][value ? 'set' : 'clear'];
        const subject = { pair: pair.id, list: listId, index, reason };
        await appendAudit(trx, at, [{ action, odsCode, clientId, subject }]);
        return { value, changed: true, changedAt: at };
      }),
  };
}

const ACTIONS = {
  revocation: { set: 'index.revoked', clear: 'index.unrevoked' },
  suspension: { set: 'index.suspended', clear: 'index.reinstated' },
} as const;

async function readIndex(
  trx: Transaction<Tables>,
  { pair, slice, index }: { pair: ListPair; slice: number; index: number },
): Promise<IndexState> {
  const row = await trx
    .selectFrom('leases as l')
    .leftJoin('bits as r', (join) =>
      join.on('r.list_id', '=', pair.revocationListId).on('r.index', '=', index),
    )
    .leftJoin('bits as s', (join) =>
      join.on('s.list_id', '=', pair.suspensionListId).on('s.index', '=', index),
    )
    .select(['l.leased_at', 'r.value as revoked', 'r.changed_at as revoked_at'])
    .select(['s.value as suspended', 's.changed_at as suspended_at'])
    .where('l.pair_id', '=', pair.id)
    .where('l.slice', '=', slice)
    .executeTakeFirst();
  return {
    leasedAt: row?.leased_at.getTime(),
    revocation: bitState(row?.revoked, row?.revoked_at),
    suspension: bitState(row?.suspended, row?.suspended_at),
  };
}

/** Undefined for a bit that never changed: the outer join found none. */
function bitState(
  value: boolean | null | undefined,
  changedAt: Date | null | undefined,
): BitState | undefined {
  if (typeof value !== 'boolean' || !(changedAt instanceof Date)) return undefined;
  return { value, changedAt: changedAt.getTime() };
}
