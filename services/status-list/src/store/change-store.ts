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
          .insertInto('changes')
          .values({ ...bit, reason, client_id: clientId })
          .execute();
        await trx
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
  const lease = await trx
    .selectFrom('leases')
    .select('leased_at')
    .where('pair_id', '=', pair.id)
    .where('slice', '=', slice)
    .executeTakeFirst();
  const bits = await trx
    .selectFrom('bits')
    .select(['list_id', 'value', 'changed_at'])
    .where('list_id', 'in', [pair.revocationListId, pair.suspensionListId])
    .where('index', '=', index)
    .execute();
  const stateOf = (listId: string): BitState | undefined => {
    const bit = bits.find(({ list_id }) => list_id === listId);
    return bit && { value: bit.value, changedAt: bit.changed_at.getTime() };
  };
  return {
    leasedAt: lease?.leased_at.getTime(),
    revocation: stateOf(pair.revocationListId),
    suspension: stateOf(pair.suspensionListId),
  };
}
