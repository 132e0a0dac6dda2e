import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '#vc/clock';
import type { Backlog } from './domain/ports.ts';

export interface PublicationMetrics {
  published(seconds: number, waits: readonly number[]): void;
  failed(): void;
}

/** The gauges are read from the database when they are asked for, so that they rise also when the publisher hangs. */
export function createPublicationMetrics(options: {
  metrics: Registry;
  readBacklog: () => Promise<Backlog>;
  isFenced: () => Promise<boolean>;
  clock: Clock;
}): PublicationMetrics {
  const { metrics, clock } = options;
  const registers = [metrics];
  // one scrape asks three times at once
  let asked: Promise<Backlog> | undefined;
  const readBacklog = () => {
    asked ??= options.readBacklog().finally(() => {
      asked = undefined;
    });
    return asked;
  };
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
  const oldestList: Gauge = new Gauge({
    name: 'status_list_oldest_version_age_seconds',
    help: 'Age of the newest version of the list that was signed longest ago, of those in use',
    registers,
    collect: () =>
      read(oldestList, ({ oldestVersion: version }) =>
        version === undefined ? 0 : Math.max(0, clock() - version) / 1000,
      ),
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
  for (const outcome of ['published', 'failed']) publications.inc({ outcome }, 0);
  const duration = new Histogram({
    name: 'status_list_publication_duration_seconds',
    help: 'Time from reading the bits of a list to serving them',
    registers,
  });
  const visible = new Histogram({
    name: 'status_list_change_visible_seconds',
    help: 'Time from the commit of a status change to a published list that shows it, for each list',
    buckets: [0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 900],
    registers,
  });
  return {
    published(seconds, waits) {
      publications.inc({ outcome: 'published' });
      duration.observe(seconds);
      for (const wait of waits) visible.observe(wait);
    },
    failed: () => publications.inc({ outcome: 'failed' }),
  };
}
