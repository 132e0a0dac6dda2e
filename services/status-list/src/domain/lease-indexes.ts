import { MINIMUM_ENTRIES } from '#status/bitstring';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { IndexOrder } from './index-order.ts';
import type { LeaseStore, ListPair } from './ports.ts';

const SLICE_SIZE = 64;

/** New pairs that one request waits for: one, unless more than a whole pair is leased while it waits. */
const ATTEMPTS = 4;

export interface Lease {
  listPairId: string;
  revocationListId: string;
  suspensionListId: string;
  indexes: number[];
}

export interface LeasingDeps {
  store: LeaseStore;
  order: IndexOrder;
  /** publishes a list's next version, and resolves when it is served */
  publishList: (listId: string) => Promise<void>;
  clock: Clock;
  randomUUID: () => string;
  randomBytes: (size: number) => Uint8Array;
}

export type LeaseIndexes = (caller: { odsCode: string; clientId: string }) => Promise<Lease>;

/**
 * Gives out indexes of a trust's open pair, each once for ever (invariant 2): a slice is taken by one statement that
 * raises the pair's counter, and is committed before it is answered. What its holder does not use stays unused.
 * A pair that has none left is followed by a new one, whose lists are published before the first index is answered,
 * so that a credential that carries it can be verified at once.
 * @throws VcError as `publishList` does, when a first publication was needed and failed
 */
export function createLeaseIndexes(deps: LeasingDeps): LeaseIndexes {
  const { store, order, publishList, clock } = deps;
  const opening = new Map<string, Promise<void>>();

  const openNewPair = async (odsCode: string, clientId: string) => {
    const acting = { odsCode, clientId, at: clock() };
    const prepared = await store.preparePair(acting, newPair(deps));
    if (prepared === undefined) return;
    for (const listId of prepared.unpublishedListIds) await publishList(listId);
    await store.openPair({ ...acting, at: clock() }, prepared.id);
  };
  // requests of one trust that need a new pair wait for the same one
  const openOnce = (odsCode: string, clientId: string) => {
    const running =
      opening.get(odsCode) ??
      openNewPair(odsCode, clientId).finally(() => {
        opening.delete(odsCode);
      });
    opening.set(odsCode, running);
    return running;
  };

  return async ({ odsCode, clientId }) => {
    for (let attempt = 0; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 0) await openOnce(odsCode, clientId);
      const leased = await store.leaseSlice({ odsCode, clientId, at: clock() });
      if (leased !== undefined) {
        const { id, revocationListId, suspensionListId } = leased.pair;
        const indexes = order.indexesOf(leased.pair, leased.slice);
        return { listPairId: id, revocationListId, suspensionListId, indexes };
      }
    }
    throw new VcError('SERVICE_UNAVAILABLE', 'No status index can be leased just now');
  };
}

function newPair({ randomUUID, randomBytes }: LeasingDeps): ListPair {
  return {
    id: randomUUID(),
    revocationListId: randomUUID(),
    suspensionListId: randomUUID(),
    size: MINIMUM_ENTRIES,
    sliceSize: SLICE_SIZE,
    secret: randomBytes(32),
  };
}
