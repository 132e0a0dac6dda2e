import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { PublishedList, PublishedListStore } from './ports.ts';

export type LoadPublishedList = (listId: string) => Promise<PublishedList>;

/**
 * A list's newest version, exactly as signed. One that is past its `validUntil` is not served: nobody shall take an
 * old list for a good one (invariant 5). Nor is any while the database may be older than what was published from it.
 * @throws VcError NOT_FOUND, SERVICE_UNAVAILABLE
 */
export function createLoadPublishedList(deps: {
  store: PublishedListStore;
  clock: Clock;
}): LoadPublishedList {
  return async (listId) => {
    const list = await deps.store.findPublishedList(listId);
    if (list === undefined) throw new VcError('NOT_FOUND', 'There is no such status list');
    if (list === 'fenced') throw waits('The status lists are being restored');
    if (list === 'unpublished' || deps.clock() >= list.validUntil) {
      throw waits('The status list has no version in force and waits for its next one');
    }
    return list;
  };
}

function waits(why: string): VcError {
  return new VcError('SERVICE_UNAVAILABLE', why);
}
