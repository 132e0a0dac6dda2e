import type { Clock } from '#vc/clock';
import type { Backlog, PublicationStore } from './ports.ts';

/** Milliseconds within which a change must be published, and a version past its time be signed again. */
export const PUBLICATION_LIMIT_MS = 60_000;

export interface PublicationHealthDeps {
  store: Pick<PublicationStore, 'readBacklog'>;
  clock: Clock;
  resignMs: number;
}

export interface PublicationHealth {
  /** @throws Error that says what is late (invariant 5) */
  check(): Promise<void>;
  readBacklog(): Promise<Backlog>;
}

export function createPublicationHealth(deps: PublicationHealthDeps): PublicationHealth {
  const { store, clock, resignMs } = deps;
  const readBacklog = () => store.readBacklog({ versionsBefore: clock() - resignMs });
  return {
    readBacklog,
    async check() {
      const { oldestUnpublishedChange, oldestVersion } = await readBacklog();
      const now = clock();
      if (now - (oldestUnpublishedChange ?? now) > PUBLICATION_LIMIT_MS) {
        throw new Error('A status change waits too long to be published');
      }
      if (now - (oldestVersion ?? now) > resignMs + PUBLICATION_LIMIT_MS) {
        throw new Error('A status list is past the time to be signed again');
      }
    },
  };
}
