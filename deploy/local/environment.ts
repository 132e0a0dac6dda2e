import { writeFileSync } from 'node:fs';
import type { Layout, ServiceName } from './layout.ts';
import { keepKeyEncryptionKey, keepPrivateKey, publicPart } from './secrets.ts';

const WEBHOOK_KEY_FILE = 'secrets/verifier.webhook.jwk';

/** Shorter than production's, so that a newcomer sees a change at once. The caches stay in use. */
export const TIMES = {
  publishTick: 1_000,
  listTtl: 2_000,
  statusFreshness: 2_000,
  registryFreshness: 2_000,
  registryPoll: 500,
  registryStaleLimit: 900_000,
  undoWindow: 10_000,
};
export type Times = typeof TIMES;

/** One cell, as the services of it and of its neighbours reach it. */
export interface CellAddress {
  publicOrigin: string;
  layout: Layout;
}

export interface EnvironmentOptions {
  name: ServiceName;
  cell: CellAddress;
  /** other cells on this machine */
  neighbours: readonly CellAddress[];
  /** what everybody trusts first, and the registry's own key */
  trust: { thumbprint: string; genesisFile: string; registryKeyFile: string };
  times: Times;
  /** further public URL prefixes to internal ones */
  origins?: Record<string, string>;
}

/** The environment of one service, without its database and its client; its keys are made when it has none. */
export function serviceEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { name, cell, neighbours, trust, times, origins = {} } = options;
  const { layout, publicOrigin } = cell;
  const auditKey = keepPrivateKey(layout.path('secrets', `${name}.audit.jwk`));
  keepKeyEncryptionKey(layout.path('secrets', `${name}.kek`));
  keepPrivateKey(layout.path(WEBHOOK_KEY_FILE));
  writeFileSync(layout.path('audit', `${name}.public.jwk`), JSON.stringify(publicPart(auditKey)));
  return {
    HOST: '127.0.0.1',
    PORT: String(layout.port(name)),
    MANAGEMENT_PORT: String(layout.managementPort(name)),
    PUBLIC_ORIGIN: publicOrigin,
    ORIGIN_MAP: JSON.stringify({
      ...Object.assign({}, ...[cell, ...neighbours].map(publicPaths)),
      'https://staffpassport.example': layout.url('trust-registry'),
      ...origins,
    }),
    LOG_LEVEL: 'info',
    AUTHORIZATION_URL: layout.url('authorization'),
    ISSUER_URL: layout.url('issuer'),
    STATUS_LIST_URL: layout.url('status-list'),
    TRUST_REGISTRY_URL: layout.url('trust-registry'),
    AUDIT_KEY_FILE: layout.path('secrets', `${name}.audit.jwk`),
    AUDIT_CHECKPOINT_FILE: layout.path('audit', `${name}.checkpoints.ndjson`),
    KEY_ENCRYPTION_KEY_FILE: layout.path('secrets', `${name}.kek`),
    REGISTRY_KEY_FILE: trust.registryKeyFile,
    WEBHOOK_KEY_FILE: layout.path(WEBHOOK_KEY_FILE),
    GENESIS_FILE: trust.genesisFile,
    ANCHOR_THUMBPRINT: trust.thumbprint,
    LIST_DIRECTORY: layout.path('lists'),
    PUBLISH_TICK_MS: String(times.publishTick),
    LIST_TTL_MS: String(times.listTtl),
    STATUS_FRESHNESS_MS: String(times.statusFreshness),
    REGISTRY_FRESHNESS_MS: String(times.registryFreshness),
    REGISTRY_POLL_MS: String(times.registryPoll),
    REGISTRY_STALE_LIMIT_MS: String(times.registryStaleLimit),
    STATUS_BATCH_UNDO_MS: String(times.undoWindow),
  };
}

/** What is public of a cell, and which of its services has it. */
function publicPaths({ publicOrigin, layout }: CellAddress): Record<string, string> {
  const at = (path: string, name: ServiceName) => ({
    [`${publicOrigin}${path}`]: `${layout.url(name)}${path}`,
  });
  return {
    ...at('/trusts', 'trust-registry'),
    ...at('/.well-known', 'trust-registry'),
    ...at('/v1/snapshot', 'trust-registry'),
    ...at('/v1/genesis', 'trust-registry'),
    ...at('/status-lists', 'status-list'),
  };
}
