import { readEnvironment } from '#kit/config';
import { readTraffic, type Traffic } from '#kit/rate-limit';
import { type LifeTimes, readLifeTimes } from '#kit/shutdown';
import { readTelemetry, type TelemetryConfig } from '#kit/telemetry';

export interface AuthorizationConfig {
  host: string;
  port: number;
  managementPort: number;
  traffic: Traffic;
  life: LifeTimes;
  telemetry: TelemetryConfig;
  /** issuer and audience of every token */
  publicOrigin: string;
  /** where this server is called at inside the cell */
  internalOrigin: string;
  databaseUrl: string;
  databasePasswordFile: string | undefined;
  databasePoolMax: number;
  logLevel: string;
  auditKeyFile: string;
  auditCheckpointFile: string;
  keyEncryptionKeyFile: string;
  bootstrapClientFile: string | undefined;
  /** who may sign in, in development; undefined: nobody can */
  developmentPeopleFile: string | undefined;
}

/** @throws Error that lists every fault */
export function readConfig(env: Readonly<Record<string, string | undefined>>): AuthorizationConfig {
  return readEnvironment(env, (read) => ({
    host: read.string('HOST', '127.0.0.1'),
    port: read.integer('PORT'),
    managementPort: read.integer('MANAGEMENT_PORT'),
    traffic: readTraffic(read),
    life: readLifeTimes(read),
    telemetry: readTelemetry(read),
    publicOrigin: read.url('PUBLIC_ORIGIN'),
    internalOrigin: read.url('AUTHORIZATION_URL'),
    databaseUrl: read.string('DATABASE_URL'),
    databasePasswordFile: read.optional('DATABASE_PASSWORD_FILE'),
    databasePoolMax: read.integer('DATABASE_POOL_MAX', 10),
    logLevel: read.string('LOG_LEVEL', 'info'),
    auditKeyFile: read.string('AUDIT_KEY_FILE'),
    auditCheckpointFile: read.string('AUDIT_CHECKPOINT_FILE'),
    keyEncryptionKeyFile: read.string('KEY_ENCRYPTION_KEY_FILE'),
    bootstrapClientFile: read.optional('BOOTSTRAP_CLIENT_FILE'),
    developmentPeopleFile: read.optional('DEVELOPMENT_PEOPLE_FILE'),
  }));
}
