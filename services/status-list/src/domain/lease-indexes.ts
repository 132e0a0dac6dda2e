import { MINIMUM_ENTRIES } from '#status/bitstring';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { IndexOrder } from './index-order.ts';
import type { LeaseStore, NewPair, TwoBitForm } from './ports.ts';

const SLICE_SIZE = 64;

/** New pairs that one request waits for: one, unless more than a whole pair is leased while it waits. */
const ATTEMPTS = 4;

export interface Lease {
  listPairId: string;
  revocationListId: string;
  suspensionListId: string;
  /** those that were asked for */
  twoBitListIds: Partial<Record<TwoBitForm, string>>;
  indexes: number[];
}

export interface LeasingDeps {
  store: LeaseStore;
  order: IndexOrder;
  /** publishes a list's next version, and resolves when it is served */
  publishList: (listId: string) => Promise<void>;
  /** rejects while the database is older than what was published from it */
  assertNotFenced: () => Promise<void>;
  clock: Clock;
  randomUUID: () => string;
  randomBytes: (size: number) => Uint8Array;
}

export interface LeaseCall {
  odsCode: string;
  clientId: string;
  forms?: readonly TwoBitForm[] | undefined;
}

export type LeaseIndexes = (call: LeaseCall) => Promise<Lease>;

/**
 * Gives out indexes of a trust's open pair, each once for ever (invariant 2): a slice is taken by one statement that
 * raises the pair's counter, and is committed before it is answered. What its holder does not use stays unused.
 * A pair that has none left is followed by a new one, whose lists are published before the first index is answered,
 * so that a credential that carries it can be verified at once. The same holds for a two-bit list of the open pair
 * that is asked for the first time.
 * @throws VcError as `publishList` does, when a first publication was needed and failed; SERVICE_UNAVAILABLE while
 *   the database is fenced: a slice might have been leased before
 */
export function createLeaseIndexes(deps: LeasingDeps): LeaseIndexes {
  const { store, order, publishList, clock } = deps;
  const opening = new Map<string, Promise<void>>();

  const openPair = async ({ odsCode, clientId, forms = [] }: LeaseCall) => {
    const acting = { odsCode, clientId, at: clock() };
    const newListId = deps.randomUUID;
    const prepared = await store.preparePair(acting, { pair: newPair(deps), forms, newListId });
    for (const listId of prepared.unpublishedListIds) await publishList(listId);
    await store.openPair({ ...acting, at: clock() }, prepared.id);
  };
  // requests of one trust that need the same wait for it together
  const openOnce = (call: LeaseCall) => {
    const key = [call.odsCode, ...(call.forms ?? [])].join(' ');
    const running =
      opening.get(key) ??
      openPair(call).finally(() => {
        opening.delete(key);
      });
    opening.set(key, running);
    return running;
  };

  return async (call) => {
    const { odsCode, clientId } = call;
    const forms = [...new Set(call.forms)].toSorted();
    await deps.assertNotFenced();
    for (let attempt = 0; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 0) await openOnce({ odsCode, clientId, forms });
      const leased = await store.leaseSlice({ odsCode, clientId, at: clock() }, forms);
      if (leased === undefined) continue;
      const { id, revocationListId, suspensionListId, secret } = leased.pair;
      if (secret === undefined) throw new Error('A pair without its secret is leased from');
      const indexes = order.indexesOf({ ...leased.pair, secret }, leased.slice);
      const { twoBitListIds } = leased;
      return { listPairId: id, revocationListId, suspensionListId, twoBitListIds, indexes };
    }
    throw new VcError('SERVICE_UNAVAILABLE', 'No status index can be leased just now');
  };
}

function newPair({ randomUUID, randomBytes }: LeasingDeps): NewPair {
  return {
    id: randomUUID(),
    revocationListId: randomUUID(),
    suspensionListId: randomUUID(),
    size: MINIMUM_ENTRIES,
    sliceSize: SLICE_SIZE,
    secret: randomBytes(32),
  };
}
