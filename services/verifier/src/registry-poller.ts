export interface RegistryPollerOptions {
  /** DIDs */
  cells: readonly string[];
  /** asks one cell's registry; throws when nothing came of it */
  poll: (cell: string) => Promise<void>;
  /** milliseconds */
  intervalMs: number;
  /** from 0 up to 1 */
  random: () => number;
  onFailure: (cell: string, error: unknown) => void;
}

export interface RegistryPoller {
  start(): void;
  /** Asks no more and waits for what is underway. */
  close(): Promise<void>;
}

const MAX_PAUSE_MS = 30_000;

/**
 * Asks each cell's registry again and again. The pauses vary by a fifth, so that replicas do not ask together, and
 * double with every failure up to half a minute, never below the interval.
 */
export function createRegistryPoller(options: RegistryPollerOptions): RegistryPoller {
  const { cells, intervalMs, onFailure, poll, random } = options;
  const timers = new Map<string, NodeJS.Timeout>();
  const underway = new Map<string, Promise<void>>();
  let closed = false;

  const schedule = (cell: string, failures: number): void => {
    if (closed) return;
    const longest = Math.max(intervalMs, MAX_PAUSE_MS);
    const pause = Math.min(intervalMs * 2 ** failures, longest) * (0.8 + 0.4 * random());
    timers.set(
      cell,
      setTimeout(() => run(cell, failures), pause),
    );
  };

  const ask = async (cell: string, failures: number): Promise<void> => {
    try {
      await poll(cell);
      schedule(cell, 0);
    } catch (error) {
      onFailure(cell, error);
      schedule(cell, Math.min(failures + 1, 16));
    }
  };

  const run = (cell: string, failures: number): void =>
    void underway.set(cell, ask(cell, failures));

  return {
    start() {
      for (const cell of cells) run(cell, 0);
    },
    async close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(underway.values());
    },
  };
}
