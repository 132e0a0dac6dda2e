import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import type { IndexOrder } from './index-order.ts';
import type {
  ChangeOutcome,
  ChangeStore,
  Decision,
  IndexChange,
  IndexState,
  ListPair,
  StatusChange,
  StatusChangeRequest,
} from './ports.ts';

/** Changes of one pair in one transaction, and how many more may wait for theirs. */
const MAX_GROUP = 250;
const MAX_WAITING = 5_000;

/** Pairs whose changes one call commits at the same time: each takes a connection. */
const PAIRS_AT_ONCE = 4;

export interface ChangeStatusDeps {
  store: ChangeStore;
  order: IndexOrder;
  clock: Clock;
  /** rejects while the database is older than what was published from it */
  assertNotFenced: () => Promise<void>;
  /** something waits to be published; must not throw */
  onChange: () => void;
}

export interface ChangeStatus {
  changeStatus(request: StatusChangeRequest): Promise<StatusChange>;
  /** Changes of one trust: an outcome each, in their order. Those of one index happen in that order. */
  changeMany(requests: readonly StatusChangeRequest[]): Promise<ChangeOutcome[]>;
}

/**
 * Sets or clears bits. When one resolves the change and its audit row are committed, and every list version whose
 * bits are read from then on has it (invariant 3; the argument is in publish-list.ts). Changes of one pair that
 * arrive together share a commit.
 * @throws VcError NOT_FOUND for a pair the trust does not have or an index that was not leased,
 *   STATUS_CHANGE_REFUSED for clearing a revocation or suspending what is revoked,
 *   SERVICE_UNAVAILABLE when too many wait, or for what a fenced database does not know: it may have been lost
 */
export function createChangeStatus(deps: ChangeStatusDeps): ChangeStatus {
  const { store, order, clock, onChange } = deps;
  const commit = createGroupCommit<{ pair: ListPair; change: IndexChange }, ChangeOutcome>({
    commit: async (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const changes = group.map(({ change }) => change);
      return store.changeIndexes(first.pair, changes, { at: clock(), decide: decideChange });
    },
    maxGroup: MAX_GROUP,
    maxWaiting: MAX_WAITING,
  });
  const changeOne = async (pair: ListPair | undefined, request: StatusChangeRequest) => {
    if (pair === undefined || request.index >= pair.size) return refuse(notFound());
    const { secret } = pair;
    // without the secret the pair was made again by a restore: all of its indexes count as leased
    const slice = secret && order.sliceOf({ ...pair, secret }, request.index);
    const outcome = await commit(pair.id, { pair, change: { ...request, slice } });
    if ('refused' in outcome) return refuse(outcome.refused);
    if (outcome.changed) onChange();
    return outcome;
  };
  // a revocation must not be given up as impossible because a restore has not brought its index back yet
  const refuse = async (refused: VcError): Promise<ChangeOutcome> => {
    if (refused.code !== 'NOT_FOUND') return { refused };
    const waits = await deps.assertNotFenced().catch((error: unknown) => error);
    if (waits === undefined) return { refused };
    if (waits instanceof VcError) return { refused: waits };
    throw waits;
  };

  return {
    async changeStatus(request) {
      const pair = await store.findPair(request.odsCode, request.listPairId);
      const outcome = await changeOne(pair, request);
      if ('refused' in outcome) throw outcome.refused;
      return outcome;
    },

    async changeMany(requests) {
      const outcomes: ChangeOutcome[] = [];
      const pairs = [...Map.groupBy(requests.entries(), ([, { listPairId }]) => listPairId)];
      const work = async () => {
        for (let next = pairs.shift(); next !== undefined; next = pairs.shift()) {
          const [pairId, changes] = next;
          const pair = await store.findPair(changes[0]?.[1].odsCode ?? '', pairId);
          // handed over in their order, without a pause between them: that is the order of their commits
          const waiting = changes.map(async ([position, request]) => {
            outcomes[position] = await changeOne(pair, request);
          });
          await Promise.all(waiting);
        }
      };
      await Promise.all(Array.from({ length: PAIRS_AT_ONCE }, work));
      return outcomes;
    },
  };
}

/**
 * The rules: a repeated request changes nothing, revocation is final, and what is revoked is not suspended. The times
 * of one index rise with every change, whatever the clock does: who mirrors them can tell which came last.
 */
export function decideChange(
  state: IndexState,
  { purpose, value }: Pick<StatusChangeRequest, 'purpose' | 'value'>,
  at: number,
): Decision {
  const { leasedAt, revocation, suspension } = state;
  if (leasedAt === undefined) throw notFound();
  // a bit that never changed has stood at 0 since its index was leased
  const current = state[purpose] ?? { value: false, changedAt: leasedAt };
  if (current.value === value) return { change: false, changedAt: current.changedAt };
  if (purpose === 'revocation' && !value) {
    throw new VcError('STATUS_CHANGE_REFUSED', 'A revocation is final');
  }
  if (purpose === 'suspension' && value && revocation?.value === true) {
    throw new VcError('STATUS_CHANGE_REFUSED', 'A revoked credential cannot be suspended');
  }
  const last = Math.max(revocation?.changedAt ?? 0, suspension?.changedAt ?? 0);
  return { change: true, changedAt: Math.max(at, last + 1) };
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'The trust has no such status index');
}
