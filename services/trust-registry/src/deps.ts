import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyServerOptions } from 'fastify';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import { publicKeyMultibaseOf } from '#did/keys';
import { createTokenVerifier, type TokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { asRole, createKysely, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createHttpClient } from '#kit/http-client';
import { createFailureCounter, observePool } from '#kit/metrics';
import type { Traffic } from '#kit/rate-limit';
import { createRefusalRecord, type RecordRefusal } from '#kit/refused-access';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import { purgeAnswers } from '#ledger/idempotency';
import { privateKeyFromJwk } from '#proofs/signer';
import type { RegistrySigningKey } from '#trust/registry-signature';
import type { Clock } from '#vc/clock';
import type { TrustRegistryConfig } from './config.ts';
import { CHANGE_LIFETIME_MS } from './domain/changes/change.ts';
import { type LoadedGenesis, loadGenesis } from './domain/load-genesis.ts';
import { createNamespace, type Namespace } from './domain/namespace.ts';
import type {
  ChallengeStore,
  ChangeOnce,
  ChangeReader,
  ContactReader,
  ReadinessReader,
} from './domain/ports.ts';
import type { RegistryReader } from './domain/reading-ports.ts';
import { readPinnedContexts } from './pinned-contexts.ts';
import { createChallengeStore, purgeChallenges } from './store/challenges.ts';
import { createChangeOnce } from './store/change-once.ts';
import { createGenesisStore } from './store/genesis-store.ts';
import { createChangeReader } from './store/proposals.ts';
import { createReadinessReader } from './store/readiness-reader.ts';
import { appendMissingVersions } from './store/record-versions.ts';
import { createRegistryReader } from './store/registry-reader.ts';
import type { Tables } from './store/tables.ts';

export interface Deps {
  registry: RegistryReader;
  changeOnce: ChangeOnce;
  changes: ChangeReader;
  readiness: ReadinessReader & ContactReader;
  challenges: ChallengeStore;
  /** 32 random bytes, base64url */
  createChallenge: () => string;
  namespace: Namespace;
  /** the bytes of our JSON-LD contexts, by path */
  contexts: ReadonlyMap<string, Buffer>;
  genesis: LoadedGenesis;
  registryKey: RegistrySigningKey;
  snapshotValidMs: number;
  clock: Clock;
  randomUUID: () => string;
  verifyToken: TokenVerifier;
  recordRefusal: RecordRefusal;
  metrics: Registry;
  traffic?: Traffic | undefined;
  logger: FastifyServerOptions['logger'];
}

export interface RunningDeps extends Deps {
  checks: Record<string, ReadinessCheck>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const ANSWERS_KEPT_MS = 24 * HOUR_MS;
// past their expiry: as long as a change that carries a signed one may wait, and a day
const CHALLENGES_KEPT_MS = CHANGE_LIFETIME_MS + 24 * HOUR_MS;

/** Constructs everything once, and starts what runs in the background. */
export async function createDeps(config: TrustRegistryConfig): Promise<RunningDeps> {
  const { publicOrigin, cellOdsCode, authorizationUrl } = config;
  const clock = Date.now;
  const logger = { level: config.logLevel };
  const log = pino(logger);
  const metrics = createMetrics();
  const countFailure = createFailureCounter(metrics);
  const failed = (event: string) => (err: unknown) => {
    countFailure(event);
    log.error({ event, err }, 'it is tried again');
  };
  const namespace = createNamespace({ publicOrigin, cellOdsCode });
  const contexts = await readPinnedContexts();
  const registryKey = readRegistryKey(config.registryKeyFile);
  const sign = ed25519Signer(config.auditKeyFile);
  const http = createHttpClient({ originMap: config.originMap, internal: [authorizationUrl] });
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'trust-registry',
    onError: failed('database.connection-lost'),
  });
  observePool(pool, metrics);
  const db = createKysely<Tables>(pool);
  const registry = createRegistryReader(db);
  const genesis = await loadGenesis(readSecretFile(config.genesisFile), {
    anchorThumbprint: config.anchorThumbprint,
    cellDid: namespace.cellDid,
    publicKeyMultibase: registryKey.publicKeyMultibase,
    store: createGenesisStore(db),
    now: clock(),
  });
  await appendMissingVersions(db, clock());
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(db),
    sign,
    file: config.auditCheckpointFile,
    service: 'trust_registry',
    clock,
    onError: failed('audit.checkpoint-failed'),
  });
  const purge = () =>
    asRole(db, 'trust_registry_jobs', async (trx) => {
      await purgeAnswers(trx, new Date(clock() - ANSWERS_KEPT_MS));
      await purgeChallenges(trx, new Date(clock() - CHALLENGES_KEPT_MS));
    }).catch(failed('registry.purge-failed'));
  const purging = setInterval(() => void purge(), HOUR_MS).unref();
  return {
    registry,
    changeOnce: createChangeOnce({ db, clock }),
    changes: createChangeReader(db),
    readiness: createReadinessReader(db),
    challenges: createChallengeStore(db),
    createChallenge: () => randomBytes(32).toString('base64url'),
    namespace,
    contexts,
    genesis,
    registryKey,
    snapshotValidMs: config.snapshotValidMs,
    clock,
    randomUUID,
    verifyToken: createTokenVerifier({
      publicOrigin,
      jwksUrl: `${authorizationUrl}/jwks`,
      http,
      clock,
    }),
    recordRefusal: createRefusalRecord(db, clock),
    metrics,
    traffic: config.traffic,
    logger,
    checks: { database: () => registry.ping() },
    async close() {
      clearInterval(purging);
      await checkpoints.close().catch(failed('audit.checkpoint-failed'));
      await pool.end();
      await http.close();
    },
  };
}

function readRegistryKey(file: string): RegistrySigningKey {
  const privateKey = privateKeyFromJwk(JSON.parse(readSecretFile(file)) as Record<string, unknown>);
  return { privateKey, publicKeyMultibase: publicKeyMultibaseOf(privateKey) };
}
