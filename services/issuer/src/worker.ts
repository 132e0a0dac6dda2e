/** Runs work again and again, one run at a time, with a pause after each. Work ends early when `closing` says so. */
export function createWorker(options: {
  work: (closing: AbortSignal) => Promise<void>;
  pauseMs: number;
  onError: (error: unknown) => void;
}): { close(): Promise<void> } {
  const { work, pauseMs, onError } = options;
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = async () => {
    await work(closing.signal).catch(onError);
    if (!closing.signal.aborted) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = run();
    }, pauseMs);
    timer.unref();
  };
  schedule();
  return {
    /** Waits for the run that is under way. */
    async close() {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
