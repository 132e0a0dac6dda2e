import type { Cell } from '#trust/cell';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { FetchStatement, RegistryState, RegistryStates } from '../ports.ts';
import { applyStatement, MAX_SKEW_MS } from './apply-statement.ts';

export interface RegistriesDeps {
  /** that the anchor admitted */
  cells: readonly Cell[];
  fetchStatement: FetchStatement;
  states: RegistryStates;
  clock: Clock;
  /** milliseconds for which a registry is taken at its word without being asked again */
  freshnessMs: number;
  /** milliseconds: how old a state may be that is still relied on while its registry cannot be reached */
  staleLimitMs: number;
}

export interface Registries {
  /** Takes up what was known before this process began. Repeated by a poll where it failed. */
  start(): Promise<void>;
  /** Asks a cell's registry now; whoever asks meanwhile waits for the same answer. @throws VcError of the failure */
  poll(cell: string): Promise<void>;
  /**
   * What is known of a cell. When that is older than `maxAgeMs` the registry is asked first, at most once a second.
   * A registry that failed when it was last asked is asked without waiting for it, where an old state may serve.
   * @throws VcError REGISTRY_STALE past the limit; where nothing is known yet, why not
   */
  stateOf(cell: string, maxAgeMs: number): Promise<RegistryState>;
  /** Milliseconds: when a cell's registry last confirmed what is known of it; undefined while nothing is. */
  confirmedAt(cell: string): number | undefined;
}

/** How soon a registry is asked again: so soon is a newly registered key or trust seen. */
export const REFETCH_MS = 1_000;

const SNAPSHOT_EVERY_MS = 3_600_000;

interface Known {
  cell: Cell;
  state?: RegistryState;
  /**
   * Milliseconds. A process begins with a whole snapshot and takes one again every hour: what went wrong, in whatever
   * way, does not go on.
   */
  snapshotAt: number;
  /** milliseconds, the end of the last attempt */
  triedAt: number;
  failure?: VcError;
  underway?: Promise<void>;
}

/** What is known of the admitted cells' registries, from signed statements only. It never goes back. */
export function createRegistries(deps: RegistriesDeps): Registries {
  const { clock, fetchStatement, freshnessMs, staleLimitMs, states } = deps;
  const known = new Map<string, Known>(
    deps.cells.map((cell) => [
      cell.did,
      { cell, snapshotAt: Number.NEGATIVE_INFINITY, triedAt: Number.NEGATIVE_INFINITY },
    ]),
  );
  let started: Promise<void> | undefined;

  const loadStates = async (): Promise<void> => {
    for (const state of await states.load()) {
      const entry = known.get(state.cell);
      if (entry) entry.state ??= state;
    }
  };

  // Before any statement is taken, or one older than what was seen before would be.
  const start = (): Promise<void> => {
    started ??= loadStates().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };

  const askNow = async (entry: Known): Promise<void> => {
    await start();
    const { cell, snapshotAt, state } = entry;
    const askedAt = clock();
    const isWhole = state === undefined || Math.abs(askedAt - snapshotAt) >= SNAPSHOT_EVERY_MS;
    const statement = await fetchStatement(cell, isWhole ? undefined : state.epoch);
    const next = applyStatement(statement, { cell, known: state, askedAt });
    const hasNewRecords = isWhole || next.epoch !== state.epoch;
    // Another replica may know more: then so does this one.
    entry.state = await states.advance(next, { hasNewRecords, latest: askedAt + MAX_SKEW_MS });
    if (isWhole) entry.snapshotAt = askedAt;
  };

  const attempt = async (entry: Known): Promise<void> => {
    try {
      await askNow(entry);
      delete entry.failure;
    } catch (cause) {
      entry.failure = asRegistryError(cause);
      // A registry that was restored counts up again, past what was seen: its changes alone would leave the lost ones.
      if (entry.failure.code === 'REGISTRY_ROLLBACK') {
        entry.snapshotAt = Number.NEGATIVE_INFINITY;
      }
      throw entry.failure;
    } finally {
      // Counted from the end: what takes long to fail is not repeated at once.
      entry.triedAt = clock();
      delete entry.underway;
    }
  };

  const poll = (entry: Known): Promise<void> => {
    entry.underway ??= attempt(entry);
    return entry.underway;
  };

  const mayAsk = ({ triedAt, underway }: Known): boolean =>
    underway !== undefined || Math.abs(clock() - triedAt) >= REFETCH_MS;

  // What is fresh may become fresher by waiting; what is old already is not worth a time-out to every caller.
  const mayDoWithout = ({ failure, state }: Known): boolean =>
    failure !== undefined &&
    state !== undefined &&
    !isWithin(state, clock(), freshnessMs) &&
    isUsable(state, clock(), staleLimitMs);

  return {
    start,
    poll: (cell) => poll(entryOf(known, cell)),
    confirmedAt: (cell) => known.get(cell)?.state?.confirmedAt,
    async stateOf(cell, maxAgeMs) {
      const entry = entryOf(known, cell);
      // What was stored serves when the registry cannot be reached, not the database: then the poll says why.
      await start().catch(() => {});
      const { state } = entry;
      if ((state === undefined || !isWithin(state, clock(), maxAgeMs)) && mayAsk(entry)) {
        // What came of it is looked at below: an old state may still do.
        const asking = poll(entry).catch(() => {});
        if (!mayDoWithout(entry)) await asking;
      }
      return usable(entry, clock(), staleLimitMs);
    },
  };
}

function entryOf(known: ReadonlyMap<string, Known>, cell: string): Known {
  const entry = known.get(cell);
  if (entry === undefined) throw new VcError('REGISTRY_UNAVAILABLE', `${cell} is not admitted`);
  return entry;
}

function usable({ cell, failure, state }: Known, now: number, staleLimitMs: number) {
  if (state === undefined) {
    throw failure ?? new VcError('REGISTRY_UNAVAILABLE', `Nothing is known of ${cell.did} yet`);
  }
  if (!isUsable(state, now, staleLimitMs)) {
    throw new VcError('REGISTRY_STALE', `What is known of ${cell.did} is too old`, {
      cause: failure,
    });
  }
  return state;
}

function isUsable(state: RegistryState, now: number, staleLimitMs: number): boolean {
  return isWithin(state, now, staleLimitMs + 1) && now < state.expiresAt;
}

/** Whether the registry was heard of less than that many milliseconds ago. */
export function isWithin({ confirmedAt }: RegistryState, now: number, ageMs: number): boolean {
  const age = now - confirmedAt;
  // A clock that was set back further than clocks differ says nothing about age.
  return age >= -MAX_SKEW_MS && age < ageMs;
}

function asRegistryError(cause: unknown): VcError {
  if (cause instanceof VcError && cause.code.startsWith('REGISTRY_')) return cause;
  return new VcError('REGISTRY_UNAVAILABLE', 'A trust registry could not be asked', { cause });
}
