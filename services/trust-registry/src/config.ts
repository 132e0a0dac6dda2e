import { readEnvironment } from '#kit/config';
import { readTraffic, type Traffic } from '#kit/rate-limit';
import { type LifeTimes, readLifeTimes } from '#kit/shutdown';
import { readTelemetry, type TelemetryConfig } from '#kit/telemetry';

export interface TrustRegistryConfig {
  host: string;
  port: number;
  managementPort: number;
  traffic: Traffic;
  life: LifeTimes;
  telemetry: TelemetryConfig;
  logLevel: string;
  publicOrigin: string;
  originMap: Record<string, string>;
  authorizationUrl: string;
  databaseUrl: string;
  databasePasswordFile: string | undefined;
  databasePoolMax: number;
  auditKeyFile: string;
  auditCheckpointFile: string;
  /** the organisation whose keys stand in the cell's own DID document */
  cellOdsCode: string;
  /** the list of admitted cells, signed by the anchor */
  genesisFile: string;
  /** RFC 7638, of the anchor's key */
  anchorThumbprint: string;
  /** private Ed25519 JWK: signs snapshots, change feeds and signed answers */
  registryKeyFile: string;
  /** for how long others may rely on a snapshot, in milliseconds */
  snapshotValidMs: number;
}

/** @throws Error that lists every fault */
export function readConfig(env: Readonly<Record<string, string | undefined>>): TrustRegistryConfig {
  return readEnvironment(env, (read) => ({
    host: read.string('HOST', '127.0.0.1'),
    port: read.integer('PORT'),
    managementPort: read.integer('MANAGEMENT_PORT'),
    traffic: readTraffic(read),
    life: readLifeTimes(read),
    telemetry: readTelemetry(read),
    logLevel: read.string('LOG_LEVEL', 'info'),
    publicOrigin: read.url('PUBLIC_ORIGIN'),
    originMap: read.originMap('ORIGIN_MAP'),
    authorizationUrl: read.url('AUTHORIZATION_URL'),
    databaseUrl: read.string('DATABASE_URL'),
    databasePasswordFile: read.optional('DATABASE_PASSWORD_FILE'),
    databasePoolMax: read.integer('DATABASE_POOL_MAX', 10),
    auditKeyFile: read.string('AUDIT_KEY_FILE'),
    auditCheckpointFile: read.string('AUDIT_CHECKPOINT_FILE'),
    cellOdsCode: read.string('CELL_ODS_CODE'),
    genesisFile: read.string('GENESIS_FILE'),
    anchorThumbprint: read.string('ANCHOR_THUMBPRINT'),
    registryKeyFile: read.string('REGISTRY_KEY_FILE'),
    snapshotValidMs: read.integer('SNAPSHOT_VALID_MS', 3_600_000),
  }));
}
