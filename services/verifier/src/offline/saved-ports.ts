import type { Clock } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type {
  Challenges,
  FetchedList,
  FetchStatement,
  FetchStatusList,
  RegistryState,
  RegistryStates,
  SeenVersions,
} from '../domain/ports.ts';
import { PARSERS } from '../domain/status-lists.ts';
import type { Reliances } from '../domain/watching/ports.ts';
import { readServed } from '../fetchers.ts';
import { readStatement } from '../statement-fetcher.ts';
import type { SavedSnapshot, SavedStatusList } from './trust-material.ts';

/** Registries that have said what they have said, of several statements of one the newest that is good. */
export function createSavedStatements(
  snapshots: readonly SavedSnapshot[],
  clock: Clock,
): FetchStatement {
  return async (cell, since) => {
    const saved = snapshots.filter((one) => one.cell === cell.did);
    if (saved.length === 0 || since !== undefined) {
      throw new VcError('REGISTRY_UNAVAILABLE', `There is nothing newer of ${cell.did} here`);
    }
    const options = { cell, kind: 'snapshot', now: clock() } as const;
    const read = await Promise.allSettled(
      saved.map((one) => readStatement(one.statement, options)),
    );
    const good = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [newest] = good.toSorted((a, b) => b.epoch - a.epoch || b.issuedAt - a.issuedAt);
    // Each was refused: the first says why.
    return newest ?? readStatement(saved[0]?.statement ?? '', options);
  };
}

/**
 * Of several of one address the one that says itself that it is the newest, whenever it was fetched. That it is signed
 * is looked at afterwards: one that was made up leaves the status unknown.
 */
export function createSavedLists(lists: readonly SavedStatusList[]): FetchStatusList {
  return async (url, kind) => {
    const saved = lists.filter((one) => one.url === url && one.kind === kind);
    if (saved.length === 0) {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'The status list is not in the trust material');
    }
    try {
      const read = saved.map(({ body, fetchedAt }) => ({
        ...readServed(kind, Buffer.from(body)),
        fetchedAt: parseDateTimeStamp(fetchedAt) ?? 0,
      }));
      const version = ({ document }: FetchedList) => PARSERS[kind](url, document).version;
      const [newest] = read.length === 1 ? read : read.toSorted((a, b) => version(b) - version(a));
      if (newest === undefined) throw new Error('there was one');
      return newest;
    } catch (cause) {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'The saved list cannot be read', { cause });
    }
  };
}

/** For as long as the verifier is there: each cell has one snapshot, and each address one list. */
export function createStatesInMemory(): RegistryStates {
  const kept = new Map<string, RegistryState>();
  return {
    load: async () => [],
    async advance(state) {
      kept.set(state.cell, state);
      return state;
    },
  };
}

export const ONE_VERSION_OF_EACH: SeenVersions = { advance: async () => 'newest' };

/** Who gave a challenge out knows whether it was used. */
export const CALLERS_CHALLENGES: Challenges = {
  create: async () => {},
  burn: async () => 'burned',
};

/** Nothing was watched. */
export const NO_RELIANCES: Reliances = {
  record: async () => {},
  recall: async () => ({ relied: [], changes: [] }),
};
