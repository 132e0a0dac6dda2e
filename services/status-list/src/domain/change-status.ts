import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { IndexOrder } from './index-order.ts';
import type {
  ChangeStore,
  Decision,
  IndexState,
  StatusChange,
  StatusChangeRequest,
} from './ports.ts';

export interface ChangeStatusDeps {
  store: ChangeStore;
  order: IndexOrder;
  clock: Clock;
  /** something waits to be published; must not throw */
  onChange: () => void;
}

export type ChangeStatus = (request: StatusChangeRequest) => Promise<StatusChange>;

/**
 * Sets or clears one bit. When it resolves the change and its audit row are committed, and every list version whose
 * bits are read from then on has it (invariant 3; the argument is in publish-list.ts).
 * @throws VcError NOT_FOUND for a pair the trust does not have or an index that was not leased,
 *   STATUS_CHANGE_REFUSED for clearing a revocation or suspending what is revoked
 */
export function createChangeStatus({
  store,
  order,
  clock,
  onChange,
}: ChangeStatusDeps): ChangeStatus {
  return async (request) => {
    const pair = await store.findPair(request.odsCode, request.listPairId);
    const slice = pair && order.sliceOf(pair, request.index);
    if (pair === undefined || slice === undefined) throw notFound();
    const change = await store.changeIndex(
      { ...request, pair, slice, at: clock() },
      (state: IndexState) => decideChange(state, request),
    );
    if (change.changed) onChange();
    return change;
  };
}

/** The rules: a repeated request changes nothing, revocation is final, and what is revoked is not suspended. */
export function decideChange(
  state: IndexState,
  { purpose, value }: Pick<StatusChangeRequest, 'purpose' | 'value'>,
): Decision {
  if (state.leasedAt === undefined) throw notFound();
  // a bit that never changed has stood at 0 since its index was leased
  const current = state[purpose] ?? { value: false, changedAt: state.leasedAt };
  if (current.value === value) return { change: false, changedAt: current.changedAt };
  if (purpose === 'revocation' && !value) {
    throw new VcError('STATUS_CHANGE_REFUSED', 'A revocation is final');
  }
  if (purpose === 'suspension' && value && state.revocation?.value === true) {
    throw new VcError('STATUS_CHANGE_REFUSED', 'A revoked credential cannot be suspended');
  }
  return { change: true };
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'The trust has no such status index');
}
