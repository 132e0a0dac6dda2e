import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { PublishedList, PublishedListStore } from './ports.ts';

export type LoadPublishedList = (listId: string) => Promise<PublishedList>;

/**
 * A list's newest version, exactly as signed. One that is past its `validUntil` is not served: nobody shall take an
 * old list for a good one (invariant 5).
 * @throws VcError NOT_FOUND, SERVICE_UNAVAILABLE
 */
export function createLoadPublishedList(deps: {
  store: PublishedListStore;
  clock: Clock;
}): LoadPublishedList {
  return async (listId) => {
    const list = await deps.store.findPublishedList(listId);
    if (list === undefined) throw new VcError('NOT_FOUND', 'There is no such status list');
    if (deps.clock() >= list.validUntil) {
      throw new VcError(
        'SERVICE_UNAVAILABLE',
        'The status list has expired and waits for its next version',
      );
    }
    return list;
  };
}
