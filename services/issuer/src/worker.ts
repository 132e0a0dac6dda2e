/** Runs work again and again, one run at a time, with a pause after each. */
export function createWorker(options: {
  work: () => Promise<void>;
  pauseMs: number;
  onError: (error: unknown) => void;
}): { close(): Promise<void> } {
  const { work, pauseMs, onError } = options;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = async () => {
    await work().catch(onError);
    if (!closed) schedule();
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
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
