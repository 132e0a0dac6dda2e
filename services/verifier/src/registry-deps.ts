import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { cellDid } from '#did/identifiers';
import type { HttpClient } from '#kit/http-client';
import type { Cell } from '#trust/cell';
import type { Clock } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import type { VerifierConfig } from './config.ts';
import type { SeenVersions } from './domain/ports.ts';
import { createRegisteredKeys } from './domain/registries/registered-keys.ts';
import { createRegistries, type Registries } from './domain/registries/registries.ts';
import { createTrustRecords } from './domain/registries/trust-records.ts';
import { originOf } from './domain/trust-did.ts';
import { type LoadedGenesis, refuseOlderGenesis } from './genesis.ts';
import { createRegistryPoller } from './registry-poller.ts';
import { createStatementFetcher } from './statement-fetcher.ts';
import { createRegistryStates } from './store/registry-states.ts';

export interface RegistryDepsOptions {
  config: VerifierConfig;
  /** of `readGenesis` */
  loaded: LoadedGenesis;
  seenVersions: SeenVersions;
  db: Parameters<typeof createRegistryStates>[0];
  http: HttpClient;
  clock: Clock;
  logger: Logger;
  metrics: Registry;
  countFailure: (event: string) => void;
}

/**
 * The part of the service that knows the registries. It asks them from when it is started. `checkKnown` fails as long as
 * nothing was ever heard of this cell: how old that is does not matter, because other cells' credentials can be
 * verified without it, and nothing is won by sending nobody here.
 */
export function createRegistryDeps(options: RegistryDepsOptions) {
  const { config, loaded, seenVersions, db, http, clock, logger, metrics } = options;
  const cells = loaded.genesis.cells.filter(({ withdrawnAt }) => !isPast(withdrawnAt, clock()));
  const states = createRegistryStates(db);
  const own = cellDid(config.publicOrigin);
  const registries = createRegistries({
    cells,
    fetchStatement: createStatementFetcher({
      http,
      clock,
      baseUrlOf: ({ did }) => (did === own ? config.trustRegistryUrl : originOf(did)),
    }),
    states: {
      ...states,
      load: async () => {
        await refuseOlderGenesis(loaded, { seenVersions, clock });
        return states.load();
      },
    },
    clock,
    freshnessMs: config.registryFreshnessMs,
    staleLimitMs: config.registryStaleLimitMs,
  });
  observeRegistries(registries, cells, metrics);
  const poller = createRegistryPoller({
    cells: cells.map(({ did }) => did),
    poll: (cell) => registries.poll(cell),
    intervalMs: config.registryPollMs,
    random: Math.random,
    onFailure(cell, err) {
      options.countFailure('registry.poll-failed');
      logger.error({ event: 'registry.poll-failed', cell, err }, 'what was known is kept');
    },
  });
  const freshnessMs = config.registryFreshnessMs;
  const trustRecords = createTrustRecords({ cells, registries, clock, freshnessMs });
  return {
    trustRecords,
    resolveVerificationMethod: createRegisteredKeys({ trustRecords, clock }),
    checkKnown: async () => {
      if (registries.confirmedAt(own) === undefined) await registries.stateOf(own, Infinity);
    },
    start: () => poller.start(),
    close: () => poller.close(),
  };
}

function isPast(date: string | null, now: number): boolean {
  return date !== null && (parseDateTimeStamp(date) ?? 0) <= now;
}

/** So that somebody is woken before an answer becomes `unknown`. A cell of which nothing is known reads 0. */
function observeRegistries(
  registries: Registries,
  cells: readonly Cell[],
  metrics: Registry,
): void {
  const confirmed = new Gauge({
    name: 'verifier_registry_confirmed_timestamp_seconds',
    help: 'When the registry of a cell last confirmed what is known of it',
    labelNames: ['cell'],
    registers: [metrics],
    collect() {
      for (const { did } of cells) {
        confirmed.set({ cell: did }, (registries.confirmedAt(did) ?? 0) / 1_000);
      }
    },
  });
}
