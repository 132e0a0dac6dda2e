import type { FastifyBaseLogger } from 'fastify';

export interface ShutdownOptions {
  /** run one after the other: stop taking requests first, close what they use last */
  steps: (() => Promise<unknown>)[];
  logger: FastifyBaseLogger;
  /** milliseconds until the process gives up waiting */
  graceMs?: number;
}

/** Ends the process in order on SIGTERM or SIGINT; a second signal, or the grace period's end, ends it at once. */
export function closeOnSignal({ steps, logger, graceMs = 20_000 }: ShutdownOptions): void {
  let closing = false;
  const close = async (signal: string) => {
    if (closing) process.exit(1);
    closing = true;
    logger.info({ event: 'shutdown', signal }, 'closing');
    setTimeout(() => process.exit(1), graceMs).unref();
    let failed = false;
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failed = true;
        logger.error({ event: 'shutdown.failed', err: error }, 'a step of closing failed');
      }
    }
    process.exit(failed ? 1 : 0);
  };
  process.on('SIGTERM', (signal) => void close(signal));
  process.on('SIGINT', (signal) => void close(signal));
}
