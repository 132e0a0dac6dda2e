import type { Clock } from '#vc/clock';
import type { PublicationStore } from './ports.ts';
import type { PublishList } from './publish-list.ts';

/** Lists that are signed at the same time. */
const CONCURRENCY = 4;

export interface PublishDueListsDeps {
  store: PublicationStore;
  publishList: PublishList;
  /** rejects while the database is older than what was published from it */
  assertNotFenced: () => Promise<void>;
  /** compares list files with stored versions */
  reconcileFiles: () => Promise<void>;
  clock: Clock;
  /** milliseconds after which a version is signed again */
  resignMs: number;
  /** milliseconds that another replica may sit on work before this one does it too */
  takeOverAfterMs: number;
  onError: (error: unknown, listId: string) => void;
}

/**
 * Publishes every list that is due: with unpublished changes, or with a version older than `resignMs`. The first
 * version of a new pair is the lease's to publish that wants it. One replica publishes at a time, unless that one is
 * stuck. A list that fails does not keep the others waiting, stays due and is tried at the next tick. While a fence
 * stands nothing is published.
 */
export function createPublishDueLists(deps: PublishDueListsDeps): () => Promise<void> {
  const { store, publishList, clock, resignMs, takeOverAfterMs, onError } = deps;

  const publishAll = async () => {
    const waiting = await store.findDueLists({ versionsBefore: clock() - resignMs });
    const work = async () => {
      for (let listId = waiting.shift(); listId !== undefined; listId = waiting.shift()) {
        try {
          await publishList(listId);
        } catch (error) {
          onError(error, listId);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    await deps.reconcileFiles();
  };
  const anotherIsStuck = async () => {
    const versionsBefore = clock() - resignMs;
    const { oldestUnpublishedChange, oldestVersion } = await store.readBacklog({ versionsBefore });
    const overdue = (since: number | undefined) =>
      since !== undefined && clock() - since > takeOverAfterMs;
    return (
      overdue(oldestUnpublishedChange) ||
      (oldestVersion ?? Infinity) < versionsBefore - takeOverAfterMs
    );
  };

  return async () => {
    await deps.assertNotFenced();
    const ran = await store.withPublisherLock(publishAll);
    // safe without the lock: see publish-list.ts
    if (!ran && (await anotherIsStuck())) await publishAll();
  };
}
