import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { createHttpClient } from '#kit/http-client';
import type { Clock } from '#vc/clock';
import type { VerifierConfig } from './config.ts';
import { checkList } from './domain/checks/status.ts';
import type { StatusLists, TrustRecords } from './domain/ports.ts';
import { createEventDelivery } from './domain/watching/deliver-events.ts';
import { createRepeat } from './domain/watching/repeat.ts';
import { createWatchLists } from './domain/watching/watch-lists.ts';
import { observeDeliveries } from './metrics.ts';
import { createDeliveries, readDeliveryBacklog } from './store/deliveries.ts';
import { createEvents } from './store/events.ts';
import { createReliances } from './store/reliances.ts';
import { createWatchingStore } from './store/watching.ts';
import { createWebhooks } from './store/webhooks.ts';
import { createEventSender } from './webhooks/send-event.ts';
import { readWebhookKey } from './webhooks/webhook-key.ts';

export interface WatchingDepsOptions {
  config: VerifierConfig;
  db: Parameters<typeof createWatchingStore>[0];
  statusLists: StatusLists;
  trustRecords: TrustRecords;
  clock: Clock;
  logger: Logger;
  metrics: Registry;
  countFailure: (event: string) => void;
}

const DAY = 86_400_000;
const DELIVERY_TICK_MS = 1_000;
const PURGE_EVERY_MS = 3_600_000;
/** Events are kept as long as the longest watch of a credential without an end. */
const EVENT_DAYS = 400;

/** The part of the service that watches what trusts relied on, and tells them. It starts when it is asked to. */
export function createWatchingDeps(options: WatchingDepsOptions) {
  const { config, db, statusLists, trustRecords, clock, logger, metrics } = options;
  const failed = (event: string) => (err: unknown) => {
    options.countFailure(event);
    logger.error({ event, err }, 'it is tried again');
  };
  const key = readWebhookKey(config.webhookKeyFile);
  // One of its own: trusts choose these addresses, and ORIGIN_MAP leads to our own services.
  const http = createHttpClient({ originMap: config.webhookOriginMap });
  const store = createWatchingStore(db);
  const counters = createCounters(metrics);
  const closing = new AbortController();

  const watchLists = createWatchLists({
    watching: store,
    statusLists,
    checkList: (list) => checkList(list, list.purpose, { issuer: list.issuer, trustRecords }),
    clock,
    closing: closing.signal,
    onEvents: (count) => counters.events.inc(count),
    onSkipped(list, err) {
      counters.skipped.inc();
      logger.warn({ event: 'watching.list-skipped', list, err }, 'it is tried again');
    },
  });
  const delivery = createEventDelivery({
    deliveries: observeDeliveries(createDeliveries(db), {
      metrics,
      readBacklog: () => readDeliveryBacklog(db),
      clock,
    }),
    send: createEventSender({ http, key, publicOrigin: config.publicOrigin, clock }),
    clock,
    retry: { baseMs: config.webhookRetryBaseMs, random: Math.random },
    onError: failed('webhook.delivery-failed'),
  });
  const repeat = (event: string, everyMs: number, work: () => Promise<unknown>) =>
    createRepeat({ work, everyMs, random: Math.random, onError: failed(event) });
  const loops = [
    repeat('watching.failed', config.watchIntervalMs, watchLists),
    repeat('webhooks.failed', DELIVERY_TICK_MS, () => delivery.start()),
    repeat('watching.purge-failed', PURGE_EVERY_MS, () =>
      store.purge({ at: clock(), eventsBefore: clock() - EVENT_DAYS * DAY }),
    ),
  ];

  return {
    ports: {
      reliances: createReliances(db),
      watchMs: config.watchDays * DAY,
      events: createEvents(db),
      webhooks: createWebhooks({ db, clock }),
      webhookKeys: [key.publicJwk],
      randomUUID,
    },
    start() {
      for (const loop of loops) loop.start();
    },
    async close() {
      closing.abort();
      await Promise.all(loops.map((loop) => loop.close()));
      await delivery.close();
      await http.close();
    },
  };
}

function createCounters(metrics: Registry) {
  const registers = [metrics];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  return {
    events: counter('verifier_status_events_total', 'Changes of relied-on entries that were told'),
    skipped: counter(
      'verifier_watch_skipped_total',
      'Times that a watched list could not be compared',
    ),
  };
}
