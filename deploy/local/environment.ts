import { writeFileSync } from 'node:fs';
import type { Layout, ServiceName } from './layout.ts';
import { keepKeyEncryptionKey, keepPrivateKey, publicPart } from './secrets.ts';

/** Shorter than production's (10 s, 15 s, 30 s), so that a newcomer sees a change at once. The caches stay in use. */
export const TIMES = {
  publishTick: 1_000,
  listTtl: 2_000,
  statusFreshness: 2_000,
  registryFreshness: 2_000,
};

/** The environment of one service, without its database and its client; its keys are made when it has none. */
export function serviceEnvironment(
  name: ServiceName,
  layout: Layout,
  publicOrigin: string,
): Record<string, string> {
  const auditKey = keepPrivateKey(layout.path('secrets', `${name}.audit.jwk`));
  keepKeyEncryptionKey(layout.path('secrets', `${name}.kek`));
  writeFileSync(layout.path('audit', `${name}.public.jwk`), JSON.stringify(publicPart(auditKey)));
  return {
    HOST: '127.0.0.1',
    PORT: String(layout.port(name)),
    MANAGEMENT_PORT: String(layout.managementPort(name)),
    PUBLIC_ORIGIN: publicOrigin,
    ORIGIN_MAP: JSON.stringify({
      [`${publicOrigin}/trusts`]: `${layout.url('trust-registry')}/trusts`,
      [`${publicOrigin}/.well-known`]: `${layout.url('trust-registry')}/.well-known`,
      [`${publicOrigin}/status-lists`]: `${layout.url('status-list')}/status-lists`,
      'https://staffpassport.example': layout.url('trust-registry'),
    }),
    LOG_LEVEL: 'info',
    AUTHORIZATION_URL: layout.url('authorization'),
    ISSUER_URL: layout.url('issuer'),
    STATUS_LIST_URL: layout.url('status-list'),
    TRUST_REGISTRY_URL: layout.url('trust-registry'),
    AUDIT_KEY_FILE: layout.path('secrets', `${name}.audit.jwk`),
    AUDIT_CHECKPOINT_FILE: layout.path('audit', `${name}.checkpoints.ndjson`),
    KEY_ENCRYPTION_KEY_FILE: layout.path('secrets', `${name}.kek`),
    PUBLISH_TICK_MS: String(TIMES.publishTick),
    LIST_TTL_MS: String(TIMES.listTtl),
    STATUS_FRESHNESS_MS: String(TIMES.statusFreshness),
    REGISTRY_FRESHNESS_MS: String(TIMES.registryFreshness),
  };
}
