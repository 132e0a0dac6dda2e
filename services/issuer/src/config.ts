import { readEnvironment } from '#kit/config';
import { type Profile, PROFILES } from '#kit/conformance';
import { readTraffic, type Traffic } from '#kit/rate-limit';
import { type LifeTimes, readLifeTimes } from '#kit/shutdown';
import { readTelemetry, type TelemetryConfig } from '#kit/telemetry';

export const CONFORMANCE_SUITES = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;

export interface IssuerConfig {
  host: string;
  port: number;
  managementPort: number;
  traffic: Traffic;
  life: LifeTimes;
  telemetry: TelemetryConfig;
  /** https origin of the cell */
  publicOrigin: string;
  originMap: Record<string, string>;
  databaseUrl: string;
  databasePasswordFile: string | undefined;
  databasePoolMax: number;
  logLevel: string;
  profile: Profile;
  /** private Ed25519 JWK, under the profile for test suites only; one is made at each start when it is left out */
  conformanceKeyFile: string | undefined;
  conformanceSuite: (typeof CONFORMANCE_SUITES)[number];
  /** under that profile: base URL of this service as suites reach its status lists; publicOrigin when left out */
  conformanceListsUrl: string | undefined;
  authorizationUrl: string;
  statusListUrl: string;
  trustRegistryUrl: string;
  clientId: string;
  /** private Ed25519 JWK */
  clientKeyFile: string;
  /** private Ed25519 JWK */
  auditKeyFile: string;
  auditCheckpointFile: string;
  /** 32 bytes as base64 */
  keyEncryptionKeyFile: string;
  listTtlMs: number;
  listValidMs: number;
  registryFreshnessMs: number;
  registryStaleLimitMs: number;
  statusBatchApprovalOver: number;
  statusBatchUndoMs: number;
  keyLeadMs: number;
  signTimeoutMs: number;
  maxClockSkewMs: number;
}

/** @throws Error that lists each missing or malformed variable */
export function readConfig(env: Readonly<Record<string, string | undefined>>): IssuerConfig {
  return readEnvironment(env, (read) => ({
    host: read.string('HOST', '127.0.0.1'),
    port: read.integer('PORT'),
    managementPort: read.integer('MANAGEMENT_PORT'),
    traffic: readTraffic(read),
    life: readLifeTimes(read),
    telemetry: readTelemetry(read),
    publicOrigin: read.url('PUBLIC_ORIGIN'),
    originMap: read.originMap('ORIGIN_MAP'),
    databaseUrl: read.string('DATABASE_URL'),
    databasePasswordFile: read.optional('DATABASE_PASSWORD_FILE'),
    databasePoolMax: read.integer('DATABASE_POOL_MAX', 10),
    logLevel: read.string('LOG_LEVEL', 'info'),
    profile: read.choice('PROFILE', PROFILES),
    conformanceKeyFile: read.optional('CONFORMANCE_KEY_FILE'),
    conformanceSuite: read.choice('CONFORMANCE_SUITE', CONFORMANCE_SUITES),
    conformanceListsUrl: read.optional('CONFORMANCE_LISTS_URL'),
    authorizationUrl: read.url('AUTHORIZATION_URL'),
    statusListUrl: read.url('STATUS_LIST_URL'),
    trustRegistryUrl: read.url('TRUST_REGISTRY_URL'),
    clientId: read.string('CLIENT_ID'),
    clientKeyFile: read.string('CLIENT_KEY_FILE'),
    auditKeyFile: read.string('AUDIT_KEY_FILE'),
    auditCheckpointFile: read.string('AUDIT_CHECKPOINT_FILE'),
    keyEncryptionKeyFile: read.string('KEY_ENCRYPTION_KEY_FILE'),
    listTtlMs: read.integer('LIST_TTL_MS', 15_000),
    listValidMs: read.integer('LIST_VALID_MS', 3_600_000),
    registryFreshnessMs: read.integer('REGISTRY_FRESHNESS_MS', 30_000),
    registryStaleLimitMs: read.integer('REGISTRY_STALE_LIMIT_MS', 900_000),
    statusBatchApprovalOver: read.integer('STATUS_BATCH_APPROVAL_OVER', 20),
    statusBatchUndoMs: read.integer('STATUS_BATCH_UNDO_MS', 600_000),
    keyLeadMs: read.integer('KEY_LEAD_MS', 60_000),
    signTimeoutMs: read.integer('SIGN_TIMEOUT_MS', 5_000),
    maxClockSkewMs: read.integer('MAX_CLOCK_SKEW_MS', 60_000),
  }));
}
