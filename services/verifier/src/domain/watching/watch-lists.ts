import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { StatusLists } from '../ports.ts';
import { changesIn } from './changes-in.ts';
import type { CheckWatchedList, WatchedList, WatchedPurpose, Watching } from './ports.ts';

export interface WatchListsDeps {
  watching: Watching;
  /** the cache from which verifications read: watching asks for nothing that they would not */
  statusLists: StatusLists;
  checkList: CheckWatchedList;
  clock: Clock;
  onEvents: (count: number) => void;
  /** a list that could not be had or relied on, or compared: it is tried again at the next pass */
  onSkipped: (listUrl: string, error: unknown) => void;
}

const AT_ONCE = 4;
const PURPOSES: readonly string[] = ['revocation', 'suspension', 'message'];

/**
 * One pass over the lists that somebody relies on: what changed becomes events. One replica does it at a time; two
 * that did it at once would still tell nothing twice, because a list's row is locked while it is compared.
 * @returns a function that makes a pass and says whether it did
 */
export function createWatchLists(deps: WatchListsDeps): () => Promise<boolean> {
  const visit = async (list: WatchedList) => {
    try {
      await watchList(list, deps);
    } catch (error) {
      deps.onSkipped(list.url, error);
    }
  };
  return () =>
    deps.watching.alone(async () => {
      const lists = await deps.watching.watchedLists(deps.clock());
      const queue = lists.values();
      const work = async () => {
        for (const list of queue) await visit(list);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    });
}

async function watchList(
  { url, comparedVersion, hasNewEntries }: WatchedList,
  { watching, statusLists, checkList, clock, onEvents }: WatchListsDeps,
): Promise<void> {
  const list = await statusLists.load(url);
  if (list.version === comparedVersion && !hasNewEntries) return;
  // Another replica has compared a newer one: going back would tell of changes that never were.
  if (comparedVersion !== undefined && list.version < comparedVersion) return;
  const reliable = await checkList(list);
  if (reliable.outcome !== 'pass' || !PURPOSES.includes(list.purpose)) {
    throw new VcError(reliable.code ?? 'STATUS_VERIFICATION_ERROR', 'The list speaks for nobody');
  }
  const purpose = list.purpose as WatchedPurpose;
  const count = await watching.compare({
    list,
    purpose,
    at: clock(),
    changesIn: (entries) => changesIn(list.bits, purpose, entries),
  });
  if (count > 0) onEvents(count);
}
