import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '#vc/clock';
import type { Backlog } from './domain/ports.ts';

export interface PublicationMetrics {
  published(seconds: number): void;
  failed(): void;
}

/** The gauges are read from the database when they are asked for, so that they rise also when the publisher hangs. */
export function createPublicationMetrics(options: {
  metrics: Registry;
  readBacklog: () => Promise<Backlog>;
  isFenced: () => Promise<boolean>;
  clock: Clock;
}): PublicationMetrics {
  const { metrics, readBacklog, clock } = options;
  const registers = [metrics];
  // a database that cannot be read must not take the other metrics away
  const read = async (gauge: Gauge, value: (backlog: Backlog) => number) => {
    gauge.set(await readBacklog().then(value, () => Number.NaN));
  };
  const oldest: Gauge = new Gauge({
    name: 'status_list_oldest_unpublished_change_seconds',
    help: 'Age of the oldest status change that no published list has',
    registers,
    collect: () =>
      read(oldest, ({ oldestUnpublishedChange: at }) =>
        at === undefined ? 0 : Math.max(0, clock() - at) / 1000,
      ),
  });
  const pending: Gauge = new Gauge({
    name: 'status_list_pending_lists',
    help: 'Lists with unpublished changes, or due for signing again',
    registers,
    collect: () => read(pending, ({ dueLists }) => dueLists),
  });
  const fenced: Gauge = new Gauge({
    name: 'status_list_fenced',
    help: '1 while the database is older than what was published from it, and nothing is published',
    registers,
    collect: async () => {
      fenced.set(await options.isFenced().then(Number, () => Number.NaN));
    },
  });
  const publications = new Counter({
    name: 'status_list_publications_total',
    help: 'Publications of lists, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'status_list_publication_duration_seconds',
    help: 'Time from reading the bits of a list to serving them',
    registers,
  });
  return {
    published(seconds) {
      publications.inc({ outcome: 'published' });
      duration.observe(seconds);
    },
    failed: () => publications.inc({ outcome: 'failed' }),
  };
}
