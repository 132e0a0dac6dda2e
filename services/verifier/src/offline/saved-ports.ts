import type { Clock } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type {
  Challenges,
  FetchStatement,
  FetchStatusList,
  RegistryState,
  RegistryStates,
  SeenVersions,
} from '../domain/ports.ts';
import type { Reliances } from '../domain/watching/ports.ts';
import { readServed } from '../fetchers.ts';
import { readStatement } from '../statement-fetcher.ts';
import type { SavedSnapshot, SavedStatusList } from './trust-material.ts';

/** Registries that have said what they have said. What may have changed since nobody can tell. */
export function createSavedStatements(
  snapshots: readonly SavedSnapshot[],
  clock: Clock,
): FetchStatement {
  return async (cell, since) => {
    const saved = snapshots.find((one) => one.cell === cell.did);
    if (saved === undefined || since !== undefined) {
      throw new VcError('REGISTRY_UNAVAILABLE', `There is nothing newer of ${cell.did} here`);
    }
    return readStatement(saved.statement, { cell, kind: 'snapshot', now: clock() });
  };
}

/** Of several of one address the one that was fetched last. */
export function createSavedLists(lists: readonly SavedStatusList[]): FetchStatusList {
  const saved = new Map<string, { body: Buffer; fetchedAt: number }>();
  for (const { kind, url, body, fetchedAt } of lists) {
    const at = parseDateTimeStamp(fetchedAt) ?? 0;
    const known = saved.get(`${kind} ${url}`);
    if (known === undefined || known.fetchedAt < at) {
      saved.set(`${kind} ${url}`, { body: Buffer.from(body), fetchedAt: at });
    }
  }
  return async (url, kind) => {
    const list = saved.get(`${kind} ${url}`);
    if (list === undefined) {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'The status list is not in the trust material');
    }
    try {
      return { ...readServed(kind, list.body), fetchedAt: list.fetchedAt };
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
