import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { StatusList, StatusLists } from '../ports.ts';
import { changesIn } from './changes-in.ts';
import type { CheckWatchedList, WatchedList, WatchedPurpose, Watching } from './ports.ts';
import { watchedPurposeOf } from './watched-purpose.ts';

export interface WatchListsDeps {
  watching: Watching;
  /** the cache from which verifications read: watching asks for nothing that they would not */
  statusLists: StatusLists;
  checkList: CheckWatchedList;
  clock: Clock;
  onEvents: (count: number) => void;
  /** a list that could not be had or relied on, or compared: it is tried again at the next pass */
  onSkipped: (listUrl: string, error: unknown) => void;
  /** ends a pass early: no further list is asked for */
  closing: AbortSignal;
}

// So many lists of hosts that hang keep no other list waiting.
const FETCHED_AT_ONCE = 32;

/**
 * One pass over the lists that somebody relies on: what changed becomes events. One replica does it at a time; two
 * that did it at once would still tell nothing twice, because a list's row is locked while it is compared.
 * @returns a function that makes a pass and says whether it did
 */
export function createWatchLists(deps: WatchListsDeps): () => Promise<boolean> {
  // One after the other, whatever a comparison waits for: the connections are for verifications.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };
  const visit = async (known: WatchedList) => {
    try {
      const newer = await loadNewer(known, deps);
      if (newer !== undefined) await inTurn(() => compareList(newer, deps));
    } catch (error) {
      deps.onSkipped(known.url, error);
    }
  };
  return () =>
    deps.watching.alone(async () => {
      const lists = await deps.watching.watchedLists(deps.clock());
      const queue = lists.values();
      const work = async () => {
        for (const list of queue) {
          if (deps.closing.aborted) return;
          await visit(list);
        }
      };
      await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, work));
    });
}

interface NewerList {
  list: StatusList;
  purpose: WatchedPurpose;
}

/**
 * @returns undefined when it tells nothing that was not compared
 * @throws VcError when it cannot be had or relied on
 */
async function loadNewer(
  { url, kind, comparedVersion, hasNewEntries }: WatchedList,
  { statusLists, checkList }: WatchListsDeps,
): Promise<NewerList | undefined> {
  const list = await statusLists.load(url, kind);
  if (list.version === comparedVersion && !hasNewEntries) return undefined;
  // Another replica has compared a newer one: going back would tell of changes that never were.
  if (comparedVersion !== undefined && list.version < comparedVersion) return undefined;
  const reliable = await checkList(list);
  const purpose = watchedPurposeOf(list);
  if (reliable.outcome !== 'pass' || purpose === undefined) {
    throw new VcError(reliable.code ?? 'STATUS_VERIFICATION_ERROR', 'The list speaks for nobody');
  }
  return { list, purpose };
}

async function compareList(
  { list, purpose }: NewerList,
  { watching, clock, onEvents }: WatchListsDeps,
): Promise<void> {
  const count = await watching.compare({
    list,
    purpose,
    at: clock(),
    changesIn: (entries) => changesIn(list.bits, purpose, entries),
  });
  if (count > 0) onEvents(count);
}
