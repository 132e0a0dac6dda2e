import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet } from 'jose';
import { sql } from 'kysely';
import { pino } from 'pino';
import { PERSON_SCOPES, TRUST_SCOPES } from '#api/authorization';
import { createLocalTokenVerifier, type TokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { createKysely, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createFailureCounter, observePool } from '#kit/metrics';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { parseBootstrapClient } from './bootstrap-client.ts';
import type { AuthorizationConfig } from './config.ts';
import { parseDevelopmentPeople, refuseInEarnest } from './development-people.ts';
import type { DevelopmentPeople } from './domain/person.ts';
import type { ClientStore, SigningKeyStore } from './domain/ports.ts';
import { bootstrapClient, createClientStore } from './store/clients.ts';
import { createModelStore } from './store/oidc-models.ts';
import { purgeEnded } from './store/purge.ts';
import { openSigningKeys } from './store/signing-keys.ts';
import type { Tables } from './store/tables.ts';

export type Deps = Awaited<ReturnType<typeof createDeps>>;

const HOUR_MS = 3_600_000;

/** @throws Error when a file, the key-encryption key or the database cannot be used */
export async function createDeps(config: AuthorizationConfig, clock: Clock = Date.now) {
  const logger = { level: config.logLevel };
  const log = pino(logger);
  const people = readPeople(config);
  if (people !== undefined) {
    const count = people.people.size;
    log.warn(
      { event: 'development-sign-in.on', count },
      'people sign in without proof: never in production',
    );
  }
  const metrics = createMetrics();
  const countFailure = createFailureCounter(metrics);
  const logFailure = (event: string) => (err: unknown) => {
    countFailure(event);
    log.error({ event, err }, event);
  };
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'authorization',
    onError: logFailure('database.connection-lost'),
  });
  observePool(pool, metrics);
  const db = createKysely<Tables>(pool);
  const start = async () => {
    const keyEncryptionKey = readKeyEncryptionKey(config.keyEncryptionKeyFile);
    const keys = await openSigningKeys({ db, keyEncryptionKey, clock });
    if (config.bootstrapClientFile !== undefined) {
      const client = await parseBootstrapClient(readFileSync(config.bootstrapClientFile));
      const created = await bootstrapClient(db, client, clock());
      const { clientId } = client;
      if (created) log.info({ event: 'client.bootstrapped', clientId }, 'first client created');
    }
    await refuseSharedId(clients, people);
    return keys;
  };
  const clients = createClientStore(db, clock);
  const signingKeys = await start().catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(db),
    sign: ed25519Signer(config.auditKeyFile),
    file: config.auditCheckpointFile,
    service: 'authz',
    clock,
    onError: logFailure('checkpoint.failed'),
  });
  const purge = setInterval(() => {
    purgeEnded(db, clock()).catch(logFailure('purge.failed'));
  }, HOUR_MS);
  purge.unref();

  const checks: Record<string, ReadinessCheck> = {
    database: () => sql`select 1`.execute(db),
    'signing-key': () => signingKeys.load(),
  };
  return {
    publicOrigin: config.publicOrigin,
    internalOrigin: config.internalOrigin,
    logger,
    clock,
    metrics,
    traffic: config.traffic,
    checks,
    clients,
    signingKeys,
    models: createModelStore(db, clock),
    people,
    randomId: () => randomUUID() as string,
    trustScopes: new Set<string>(TRUST_SCOPES),
    personScopes: new Set<string>(PERSON_SCOPES),
    verifyToken: verifyOwnTokens({
      publicOrigin: config.publicOrigin,
      clients,
      people,
      signingKeys,
      clock,
    }),
    async close() {
      clearInterval(purge);
      await checkpoints.close().catch(logFailure('checkpoint.failed'));
      await pool.end();
    },
  };
}

/** Tokens of this very server. A revoked administrator's last token may not register it anew; nor one of a person who is gone. */
function verifyOwnTokens(options: {
  publicOrigin: string;
  clients: ClientStore;
  people: DevelopmentPeople | undefined;
  signingKeys: SigningKeyStore;
  clock: Clock;
}): TokenVerifier {
  const { publicOrigin, clients, people, signingKeys, clock } = options;
  const verify = createLocalTokenVerifier({
    publicOrigin,
    clock,
    findKey: async (header, token) =>
      createLocalJWKSet((await signingKeys.load()).jwks)(header, token),
  });
  return async (token) => {
    const caller = await verify(token);
    if (caller.clientId === people?.portal.clientId && caller.person !== undefined) {
      if (people.people.has(caller.person.subject)) return caller;
      throw new VcError('UNAUTHORIZED', 'The person is not one who may sign in');
    }
    const client = await clients.find(caller.clientId);
    if (client === undefined || client.revokedAt) {
      throw new VcError('UNAUTHORIZED', 'The client is revoked');
    }
    return caller;
  };
}

function readPeople(config: AuthorizationConfig): DevelopmentPeople | undefined {
  if (config.developmentPeopleFile === undefined) return undefined;
  refuseInEarnest(config.publicOrigin);
  return parseDevelopmentPeople(readFileSync(config.developmentPeopleFile));
}

/** A system under the portal's id would be taken for the portal. */
async function refuseSharedId(clients: ClientStore, people: DevelopmentPeople | undefined) {
  if (people === undefined || (await clients.find(people.portal.clientId)) === undefined) return;
  throw new Error("DEVELOPMENT_PEOPLE_FILE: the portal's clientId is that of a registered client");
}

function readKeyEncryptionKey(file: string): Buffer {
  const key = Buffer.from(readSecretFile(file), 'base64');
  if (key.length === 32) return key;
  throw new Error('KEY_ENCRYPTION_KEY_FILE does not hold 32 bytes in base64');
}
