import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import { VcError } from '#vc/error';
import type {
  ChangeOutcome,
  ChangeStore,
  Decision,
  IndexChange,
  IndexState,
  ListPair,
  StatusPurpose,
} from '../domain/ports.ts';
import { findListPair, lockPair } from './list-pairs.ts';
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

    changeIndexes: (pair, changes, { at, decide }) => {
      const [first] = changes;
      if (first === undefined) return Promise.resolve([]);
      return inTenant(db, first.odsCode, async (trx) => {
        // alone with the pair: later changes of an index find the earlier ones made, whichever replica takes them
        await lockPair(trx, pair.id);
        const { outcomes, written } = decideAll(await readStates(trx, pair, changes), {
          changes,
          decide: (state, change) => decide(state, change, at),
        });
        if (written.length === 0) return outcomes;
        await insertChanges(trx, pair, written);
        await setBits(trx, pair, written);
        await appendAudit(
          trx,
          at,
          written.map((change) => auditEvent(pair, change)),
        );
        return outcomes;
      });
    },
  };
}

type WrittenChange = IndexChange & { changedAt: number };

/** One after the other, each on what those before it made of its index. */
function decideAll(
  states: Map<number, IndexState>,
  options: {
    changes: IndexChange[];
    decide: (state: IndexState, change: IndexChange) => Decision;
  },
): { outcomes: ChangeOutcome[]; written: WrittenChange[] } {
  const written: WrittenChange[] = [];
  const outcomes = options.changes.map((change): ChangeOutcome => {
    const { index, purpose, value } = change;
    const state = states.get(index) ?? NEVER_LEASED;
    try {
      const { change: changed, changedAt } = options.decide(state, change);
      if (changed) {
        written.push({ ...change, changedAt });
        states.set(index, { ...state, [purpose]: { value, changedAt } });
      }
      return { value, changed, changedAt };
    } catch (error) {
      if (error instanceof VcError) return { refused: error };
      throw error;
    }
  });
  return { outcomes, written };
}

const NEVER_LEASED: IndexState = {
  leasedAt: undefined,
  revocation: undefined,
  suspension: undefined,
};

async function readStates(
  trx: Transaction<Tables>,
  pair: ListPair,
  changes: IndexChange[],
): Promise<Map<number, IndexState>> {
  // none for a pair that was known before a restore took it away
  const current = await trx
    .selectFrom('list_pairs')
    .select('restored_at')
    .where('id', '=', pair.id)
    .executeTakeFirst();
  const leases = await trx
    .selectFrom('leases')
    .select(['slice', 'leased_at'])
    .where('pair_id', '=', pair.id)
    .where('slice', '=', anyOf(changes.flatMap(({ slice }) => slice ?? [])))
    .execute();
  const bits = await trx
    .selectFrom('bits')
    .select(['list_id', 'index', 'value', 'changed_at'])
    .where('list_id', 'in', [pair.revocationListId, pair.suspensionListId])
    .where('index', '=', anyOf(changes.map(({ index }) => index)))
    .execute();
  const leasedAt = new Map(leases.map((lease) => [lease.slice, lease.leased_at.getTime()]));
  const bitOf = new Map(bits.map((bit) => [`${bit.list_id} ${bit.index}`, bit]));
  const stateOf = (listId: string, index: number) => {
    const bit = bitOf.get(`${listId} ${index}`);
    return bit && { value: bit.value, changedAt: bit.changed_at.getTime() };
  };
  return new Map(
    changes.map(({ index, slice }) => [
      index,
      {
        // which slices of a restored pair were leased is not known: the issuer, who asks, has the credential
        leasedAt: leasedAt.get(slice ?? -1) ?? current?.restored_at?.getTime(),
        revocation: stateOf(pair.revocationListId, index),
        suspension: stateOf(pair.suspensionListId, index),
      },
    ]),
  );
}

function anyOf(numbers: number[]) {
  return sql<number>`any(${numbers}::integer[])`;
}

async function insertChanges(
  trx: Transaction<Tables>,
  pair: ListPair,
  changes: WrittenChange[],
): Promise<void> {
  const rows = changes.map((change) => ({
    ...bitRow(pair, change),
    reason: change.reason,
    client_id: change.clientId,
  }));
  await trx.insertInto('changes').values(rows).execute();
}

/** As each index stands after the last of its changes. */
async function setBits(
  trx: Transaction<Tables>,
  pair: ListPair,
  changes: WrittenChange[],
): Promise<void> {
  const last = new Map(changes.map((change) => [`${change.purpose} ${change.index}`, change]));
  const rows = [...last.values()].map((change) => bitRow(pair, change));
  await trx
    .insertInto('bits')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['list_id', 'index']).doUpdateSet((eb) => ({
        value: eb.ref('excluded.value'),
        changed_at: eb.ref('excluded.changed_at'),
      })),
    )
    .execute();
}

function bitRow(pair: ListPair, { odsCode, index, purpose, value, changedAt }: WrittenChange) {
  return {
    list_id: listIdOf(pair, purpose),
    ods_code: odsCode,
    index,
    value,
    changed_at: new Date(changedAt),
  };
}

function listIdOf(pair: ListPair, purpose: StatusPurpose): string {
  return purpose === 'revocation' ? pair.revocationListId : pair.suspensionListId;
}

function auditEvent(pair: ListPair, change: WrittenChange): AuditEvent {
  const { odsCode, clientId, purpose, index, reason, value } = change;
  const subject = { pair: pair.id, list: listIdOf(pair, purpose), index, reason };
  return { action: ACTIONS[purpose][value ? 'set' : 'clear'], odsCode, clientId, subject };
}

const ACTIONS = {
  revocation: { set: 'index.revoked', clear: 'index.unrevoked' },
  suspension: { set: 'index.suspended', clear: 'index.reinstated' },
} as const;
