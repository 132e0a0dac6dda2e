import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import type { PublishedList, PublishedListStore } from './ports.ts';

/** Requests for one list that may wait for the reading after the one that is under way. */
const MAX_WAITING = 10_000;

export type LoadPublishedList = (listId: string) => Promise<PublishedList>;

/**
 * A list's newest version, exactly as signed. One that is past its `validUntil` is not served: nobody shall take an
 * old list for a good one (invariant 5). Nor is any while the database may be older than what was published from it.
 * Anybody may ask: requests for one list share readings, each with one that began after it came, so that a crowd takes
 * one connection and leaves the others to leases and changes.
 * @throws VcError NOT_FOUND, SERVICE_UNAVAILABLE
 */
export function createLoadPublishedList(deps: {
  store: PublishedListStore;
  clock: Clock;
}): LoadPublishedList {
  const read = createGroupCommit({
    commit: async (waiting: string[], listId) => {
      const list = await deps.store.findPublishedList(listId);
      return waiting.map(() => list);
    },
    maxGroup: MAX_WAITING,
    maxWaiting: MAX_WAITING,
  });

  return async (listId) => {
    const list = await read(listId, listId);
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
