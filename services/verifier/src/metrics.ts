import { Counter, Gauge, type Registry } from 'prom-client';
import type { Overall } from './domain/report.ts';
import type { Deliveries } from './domain/watching/ports.ts';

/** Counts one answer about a credential or a presentation by what it said. */
export type CountVerification = (scope: 'credential' | 'presentation', overall: Overall) => void;

export function createVerificationCounter(metrics: Registry): CountVerification {
  const verifications = new Counter({
    name: 'verifier_verifications_total',
    help: 'Credentials and presentations that were verified, by what was found',
    labelNames: ['scope', 'overall'],
    registers: [metrics],
  });
  for (const scope of ['credential', 'presentation']) {
    for (const overall of ['pass', 'fail', 'unknown']) verifications.inc({ scope, overall }, 0);
  }
  return (scope, overall) => verifications.inc({ scope, overall });
}

export interface DeliveryBacklog {
  waiting: number;
  /** milliseconds since the epoch; undefined when none waits */
  oldestEventAt: number | undefined;
}

/** The gauges are read from the database when they are asked for: every replica says the same. */
export function observeDeliveries(
  deliveries: Deliveries,
  options: { metrics: Registry; readBacklog: () => Promise<DeliveryBacklog>; clock: () => number },
): Deliveries {
  const registers = [options.metrics];
  const read = (gauge: Gauge, value: (backlog: DeliveryBacklog) => number) =>
    // a database that cannot be read must not take the other metrics away
    options.readBacklog().then(
      (backlog) => gauge.set(value(backlog)),
      () => gauge.set(Number.NaN),
    );
  const waiting: Gauge = new Gauge({
    name: 'verifier_webhook_deliveries_waiting',
    help: 'Deliveries of events to webhooks that are not over',
    registers,
    collect: () => read(waiting, (backlog) => backlog.waiting),
  });
  const oldest: Gauge = new Gauge({
    name: 'verifier_webhook_oldest_waiting_seconds',
    help: 'Age of the oldest event that some webhook has not been told',
    registers,
    collect: () =>
      read(oldest, ({ oldestEventAt: at }) =>
        at === undefined ? 0 : Math.max(0, options.clock() - at) / 1_000,
      ),
  });
  const attempts = new Counter({
    name: 'verifier_webhook_attempts_total',
    help: 'Attempts to deliver an event to a webhook, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['delivered', 'retry', 'dead', 'gone']) attempts.inc({ outcome }, 0);
  return {
    ...deliveries,
    async settle(delivery, result) {
      await deliveries.settle(delivery, result);
      attempts.inc({ outcome: result.outcome });
    },
  };
}
