export interface RepeatOptions {
  work: () => Promise<unknown>;
  /** milliseconds from the end of one run to the start of the next, a tenth more or less by chance */
  everyMs: number;
  random: () => number;
  onError: (error: unknown) => void;
}

export interface Repeat {
  start(): void;
  /** Waits for a run that is under way. */
  close(): Promise<void>;
}

/** Runs work again and again, never two at once; a failure is reported and tried again at the next run. */
export function createRepeat({ work, everyMs, random, onError }: RepeatOptions): Repeat {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  const run = async () => {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    if (!closed) wait();
  };
  const wait = () => {
    timer = setTimeout(
      () => {
        running = run();
      },
      everyMs * (0.9 + 0.2 * random()),
    );
    timer.unref();
  };

  return {
    start: wait,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
