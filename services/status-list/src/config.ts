import { type EnvironmentReader, readEnvironment } from '#kit/config';
import { readTraffic, type Traffic } from '#kit/rate-limit';
import { type LifeTimes, readLifeTimes } from '#kit/shutdown';
import { readTelemetry, type TelemetryConfig } from '#kit/telemetry';

type Environment = Readonly<Record<string, string | undefined>>;

export interface StatusListConfig {
  host: string;
  port: number;
  managementPort: number;
  traffic: Traffic;
  life: LifeTimes;
  telemetry: TelemetryConfig;
  publicOrigin: string;
  originMap: Record<string, string>;
  databaseUrl: string;
  databasePasswordFile: string | undefined;
  databasePoolMax: number;
  logLevel: string;
  authorizationUrl: string;
  issuerUrl: string;
  clientId: string;
  clientKeyFile: string;
  keyEncryptionKeyFile: string;
  auditKeyFile: string;
  auditCheckpointFile: string;
  /** where list versions are put as files too, for a web server to serve */
  listDirectory: string | undefined;
  /** where they are put as objects of an S3 bucket instead */
  listBucket?: ListBucketConfig | undefined;
  /** milliseconds between the publisher's ticks */
  publishTickMs: number;
  /** milliseconds from a change to its publication by the replica that took it */
  publishSoonMs: number;
  /** milliseconds that caches may keep a list; the issuer writes the same into it */
  listTtlMs: number;
  /** milliseconds after which a list is signed again */
  listResignMs: number;
}

export interface ListBucketConfig {
  /** origin and bucket */
  url: string;
  region: string;
  /** JSON of accessKeyId and secretAccessKey */
  accessKeyFile: string | undefined;
  acl: string | undefined;
}

/** @throws Error that lists every fault */
export function readConfig(env: Environment): StatusListConfig {
  const config = readEnvironment(env, (read) => ({
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
    authorizationUrl: read.url('AUTHORIZATION_URL'),
    issuerUrl: read.url('ISSUER_URL'),
    clientId: read.string('CLIENT_ID'),
    clientKeyFile: read.string('CLIENT_KEY_FILE'),
    keyEncryptionKeyFile: read.string('KEY_ENCRYPTION_KEY_FILE'),
    auditKeyFile: read.string('AUDIT_KEY_FILE'),
    auditCheckpointFile: read.string('AUDIT_CHECKPOINT_FILE'),
    listDirectory: read.optional('LIST_DIRECTORY'),
    listBucket: readListBucket(read),
    publishTickMs: read.integer('PUBLISH_TICK_MS', 10_000),
    publishSoonMs: read.integer('PUBLISH_SOON_MS', 500),
    listTtlMs: read.integer('LIST_TTL_MS', 15_000),
    listResignMs: read.integer('LIST_RESIGN_MS', 300_000),
  }));
  if (config.listDirectory === undefined || config.listBucket === undefined) return config;
  throw new Error(
    'The configuration is not usable:\n- LIST_DIRECTORY and LIST_BUCKET_URL: set one',
  );
}

function readListBucket(read: EnvironmentReader): ListBucketConfig | undefined {
  if (read.optional('LIST_BUCKET_URL') === undefined) return undefined;
  return {
    url: read.url('LIST_BUCKET_URL'),
    region: read.string('LIST_BUCKET_REGION'),
    accessKeyFile: read.optional('LIST_BUCKET_ACCESS_KEY_FILE'),
    acl: read.optional('LIST_BUCKET_ACL'),
  };
}
