import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { EnvironmentReader } from './config.ts';
import { createDrain } from './drain.ts';

/** milliseconds, after the delay, to answer what was taken; a pod's own grace has to be longer */
export const GRACE_MS = 25_000;

export type Phase = 'starting' | 'running' | 'draining';

export interface LifeTimes {
  /** milliseconds from SIGTERM until no connection is taken any more: others must have heard of `/readyz` by then */
  drainDelayMs: number;
  /** milliseconds for which the start waits for what it needs */
  startupTimeoutMs: number;
}

export function readLifeTimes(reader: EnvironmentReader): LifeTimes {
  return {
    drainDelayMs: reader.integer('DRAIN_DELAY_MS', 0),
    startupTimeoutMs: reader.integer('STARTUP_TIMEOUT_MS', 120_000),
  };
}

export interface ProcessLife {
  phase: () => Phase;
  /**
   * To be called before `server` listens. At the end it is drained, then the steps run one after the other: what is
   * used last ends last.
   */
  endWith: (server: Server, steps: (() => Promise<unknown>)[]) => void;
  /** it listens: readiness may be told */
  started: () => void;
}

export interface ProcessLifeOptions {
  logger: Pick<FastifyBaseLogger, 'info' | 'error'>;
  drainDelayMs: number;
  /** milliseconds after the delay until the process gives up waiting; above what a request may take */
  graceMs?: number;
}

/**
 * Follows SIGTERM and SIGINT from now on. The first one drains: `phase` says so at once, the API goes on for
 * `drainDelayMs`, then takes no connection and answers what it has taken; then everything ends in order, exit code 0.
 * A second signal, or the end of the grace, ends the process at once with 1.
 */
export function createProcessLife(options: ProcessLifeOptions): ProcessLife {
  const { logger, drainDelayMs, graceMs = GRACE_MS } = options;
  let phase: Phase = 'starting';
  let last: (() => Promise<unknown>)[] = [];
  const end = async (signal: string) => {
    if (phase === 'draining') process.exit(1);
    const delay = phase === 'running' ? drainDelayMs : 0;
    phase = 'draining';
    logger.info({ event: 'shutdown', signal, delay }, 'draining');
    const giveUp = () => {
      logger.error({ event: 'shutdown.late' }, 'something does not end');
      process.exit(1);
    };
    setTimeout(giveUp, delay + graceMs).unref();
    const [begin, ...steps] = last;
    let failed = !(await succeeds(begin ?? nothing, logger));
    await wait(delay);
    for (const step of steps) failed = !(await succeeds(step, logger)) || failed;
    logger.info({ event: 'shutdown.done' }, 'ended');
    process.exit(failed ? 1 : 0);
  };
  process.on('SIGTERM', (signal) => void end(signal));
  process.on('SIGINT', (signal) => void end(signal));
  return {
    phase: () => phase,
    endWith(server, steps) {
      const drain = createDrain(server);
      last = [async () => drain.begin(), () => drain.end(), ...steps];
    },
    started() {
      if (phase === 'starting') phase = 'running';
    },
  };
}

async function nothing(): Promise<void> {}

async function succeeds(
  step: () => Promise<unknown>,
  logger: Pick<FastifyBaseLogger, 'error'>,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    logger.error({ event: 'shutdown.failed', err: error }, 'a step of closing failed');
    return false;
  }
}
