import { readEnvironment } from '#kit/config';
import { type Profile, PROFILES } from '#kit/conformance';
import { readTraffic, type Traffic } from '#kit/rate-limit';
import { type LifeTimes, readLifeTimes } from '#kit/shutdown';
import { readTelemetry, type TelemetryConfig } from '#kit/telemetry';

export interface VerifierConfig {
  host: string;
  port: number;
  managementPort: number;
  traffic: Traffic;
  life: LifeTimes;
  telemetry: TelemetryConfig;
  logLevel: string;
  profile: Profile;
  publicOrigin: string;
  originMap: Record<string, string>;
  databaseUrl: string;
  databasePasswordFile: string | undefined;
  databasePoolMax: number;
  authorizationUrl: string;
  trustRegistryUrl: string;
  genesisFile: string;
  /** RFC 7638 of the anchor's key */
  anchorThumbprint: string;
  auditKeyFile: string;
  auditCheckpointFile: string;
  webhookKeyFile: string;
  /** milliseconds */
  statusFreshnessMs: number;
  registryFreshnessMs: number;
  watchIntervalMs: number;
  watchDays: number;
  webhookRetryBaseMs: number;
  /** where webhooks of a development's own receivers are; empty in production */
  webhookOriginMap: Record<string, string>;
  registryPollMs: number;
  registryStaleLimitMs: number;
}

/** @throws Error that lists each missing or malformed variable */
export function readConfig(env: Readonly<Record<string, string | undefined>>): VerifierConfig {
  return readEnvironment(env, (reader) => ({
    host: reader.string('HOST', '127.0.0.1'),
    port: reader.integer('PORT'),
    managementPort: reader.integer('MANAGEMENT_PORT'),
    traffic: readTraffic(reader),
    life: readLifeTimes(reader),
    telemetry: readTelemetry(reader),
    logLevel: reader.string('LOG_LEVEL', 'info'),
    profile: reader.choice('PROFILE', PROFILES),
    publicOrigin: reader.url('PUBLIC_ORIGIN'),
    originMap: reader.originMap('ORIGIN_MAP'),
    databaseUrl: reader.string('DATABASE_URL'),
    databasePasswordFile: reader.optional('DATABASE_PASSWORD_FILE'),
    databasePoolMax: reader.integer('DATABASE_POOL_MAX', 10),
    authorizationUrl: reader.url('AUTHORIZATION_URL'),
    trustRegistryUrl: reader.url('TRUST_REGISTRY_URL'),
    genesisFile: reader.string('GENESIS_FILE'),
    anchorThumbprint: reader.string('ANCHOR_THUMBPRINT'),
    auditKeyFile: reader.string('AUDIT_KEY_FILE'),
    auditCheckpointFile: reader.string('AUDIT_CHECKPOINT_FILE'),
    webhookKeyFile: reader.string('WEBHOOK_KEY_FILE'),
    statusFreshnessMs: reader.integer('STATUS_FRESHNESS_MS', 30_000),
    registryFreshnessMs: reader.integer('REGISTRY_FRESHNESS_MS', 30_000),
    watchIntervalMs: reader.integer(
      'WATCH_INTERVAL_MS',
      reader.integer('STATUS_FRESHNESS_MS', 30_000),
    ),
    watchDays: reader.integer('WATCH_DAYS', 400),
    webhookRetryBaseMs: reader.integer('WEBHOOK_RETRY_BASE_MS', 10_000),
    webhookOriginMap: reader.originMap('WEBHOOK_ORIGIN_MAP'),
    registryPollMs: reader.integer('REGISTRY_POLL_MS', 5_000),
    registryStaleLimitMs: reader.integer('REGISTRY_STALE_LIMIT_MS', 900_000),
  }));
}
