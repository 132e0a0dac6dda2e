export interface PublicationScheduleOptions {
  publishDueLists: () => Promise<void>;
  /** milliseconds between ticks: the guarantee */
  tickMs: number;
  /** milliseconds from a change to its publication by this replica; changes in between share it */
  soonMs: number;
  onError: (error: unknown) => void;
}

export interface PublicationSchedule {
  start(): void;
  /** something changed: publish shortly, without waiting for the tick */
  wake(): void;
  /** resolves when what was running has ended */
  close(): Promise<void>;
}

/** Runs the publisher at every tick and shortly after changes, never twice at once. A failed run is tried again. */
export function createPublicationSchedule(
  options: PublicationScheduleOptions,
): PublicationSchedule {
  const { publishDueLists, tickMs, soonMs, onError } = options;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let ticks: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;

  const run = () => {
    if (closed) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    running = publishDueLists()
      .catch(onError)
      .finally(() => {
        running = undefined;
        if (again) wake();
        again = false;
      });
  };
  const wake = () => {
    if (closed || soon !== undefined) return;
    soon = setTimeout(() => {
      soon = undefined;
      run();
    }, soonMs);
    soon.unref();
  };

  return {
    start() {
      ticks ??= setInterval(run, tickMs).unref();
      run();
    },
    wake,
    async close() {
      closed = true;
      clearInterval(ticks);
      clearTimeout(soon);
      await running;
    },
  };
}
