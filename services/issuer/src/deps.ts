import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import {
  createStatusListClient,
  type StatusChangeBatchRequest as WireChanges,
} from '#api/status-list';
import { createTrustRegistryClient } from '#api/trust-registry';
import { createTokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { asRole, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import { createFailureCounter, observePool } from '#kit/metrics';
import { createTokenSource } from '#kit/token-source';
import { traceStep } from '#kit/tracing';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import { purgeAnswers } from '#ledger/idempotency';
import { createEd25519Signer, privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import type { Deps } from './app.ts';
import type { IssuerConfig } from './config.ts';
import { createConformanceDeps } from './conformance-deps.ts';
import { createCore } from './core.ts';
import type { StatusLists } from './domain/ports.ts';
import { ping } from './store/credential-store.ts';
import { checkClock } from './store/database-clock.ts';
import { createTestSignatures } from './store/test-signatures.ts';
import { createWorker } from './worker.ts';

/** Constructs everything that the process lives with. */
export async function createDeps(
  config: IssuerConfig,
  clock: Clock = Date.now,
): Promise<ServiceDeps> {
  const logger = pino({ name: 'issuer', level: config.logLevel });
  const metrics = createMetrics();
  const countFailure = createFailureCounter(metrics);
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'issuer',
    onError: (err) => {
      countFailure('database.connection');
      logger.warn({ event: 'database.connection', err }, 'a connection broke');
    },
  });
  observePool(pool, metrics);
  const { authorizationUrl, statusListUrl, trustRegistryUrl } = config;
  const internal = [authorizationUrl, statusListUrl, trustRegistryUrl];
  const http = createHttpClient({ originMap: config.originMap, internal });
  const registry = createTrustRegistryClient({ baseUrl: trustRegistryUrl, http });
  const core = createCore({
    ...config,
    pool,
    clock,
    newId: randomUUID,
    keyEncryptionKey: readKeyEncryptionKey(config.keyEncryptionKeyFile),
    statusLists: createStatusLists(config, http, clock),
    loadTrust: (odsCode) => registry.loadTrust(odsCode),
    createSigner(key) {
      const signer = createEd25519Signer(key);
      return { ...signer, sign: (options) => traceStep('sign', () => signer.sign(options)) };
    },
  });
  const conformance = await createConformanceDeps({
    config,
    http,
    signatures: createTestSignatures(core.db),
    clock,
    logger,
  }).catch(async (error: unknown) => {
    await Promise.all([pool.end(), http.close()]);
    throw error;
  });
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(core.db),
    sign: ed25519Signer(config.auditKeyFile),
    file: config.auditCheckpointFile,
    service: 'issuer',
    clock,
    onError: (err) => {
      countFailure('audit.checkpoint');
      logger.error({ event: 'audit.checkpoint', err }, 'no audit checkpoint');
    },
  });
  const purge = everyHour(
    () => purgeOld(core, clock()),
    (err) => {
      countFailure('purge.failed');
      logger.error({ event: 'purge.failed', err }, 'purge failed');
    },
  );
  const batches = createWorker({
    work: (closing) =>
      core.batchRunner.runDue((err, batch) => {
        countFailure('status-batch.failed');
        logger.error({ event: 'status-batch.failed', batch, err }, 'a status batch waits');
      }, closing),
    pauseMs: BATCH_PAUSE_MS,
    onError: (err) => {
      countFailure('status-batch.failed');
      logger.error({ event: 'status-batch.failed', err }, 'no status batch ran');
    },
  });
  const settler = createWorker({
    work: (closing) =>
      core.settler.runDue((err, credential) => {
        countFailure('lifecycle.waits');
        logger.warn({ event: 'lifecycle.waits', credential, err }, 'a status is not settled yet');
      }, closing),
    pauseMs: SETTLE_PAUSE_MS,
    onError: (err) => {
      countFailure('lifecycle.failed');
      logger.error({ event: 'lifecycle.failed', err }, 'no status was settled');
    },
  });
  const jwksUrl = `${authorizationUrl}/jwks`;
  return {
    ...core,
    conformance,
    logger: { name: 'issuer', level: config.logLevel },
    metrics,
    traffic: config.traffic,
    verifyToken: createTokenVerifier({ publicOrigin: config.publicOrigin, jwksUrl, http, clock }),
    checks: {
      database: () => ping(core.db),
      clock: () => checkClock(core.db, { clock, maxSkewMs: config.maxClockSkewMs }),
      // named at /readyz, so that nobody takes the service for one that issues for a trust
      ...(conformance && { 'conformance-profile': async () => conformance.trusts.assertNone() }),
    },
    async close() {
      purge.stop();
      conformance?.trusts.close();
      try {
        await settler.close();
        await batches.close();
        await checkpoints.close();
      } finally {
        await Promise.all([pool.end(), http.close()]);
      }
    },
  };
}

export interface ServiceDeps extends Deps {
  checks: Record<string, ReadinessCheck>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const BATCH_PAUSE_MS = 1_000;
const SETTLE_PAUSE_MS = 1_000;

/** Forgets answers and the lists of unused previews after a day, and challenges after they ended. */
async function purgeOld({ db, holders, batches }: ReturnType<typeof createCore>, now: number) {
  const aDayAgo = new Date(now - 24 * HOUR_MS);
  // each call forgets a bounded number
  while ((await asRole(db, 'issuer_jobs', (trx) => purgeAnswers(trx, aDayAgo))) > 0);
  while ((await batches.purgePreviews(aDayAgo)) > 0);
  await holders.purgeChallenges(new Date(now));
}

function everyHour(work: () => Promise<void>, onError: (error: unknown) => void) {
  const timer = setInterval(() => {
    work().catch(onError);
  }, HOUR_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function createStatusLists(config: IssuerConfig, http: HttpClient, clock: Clock): StatusLists {
  const token = createTokenSource({
    tokenUrl: `${config.authorizationUrl}/token`,
    audience: config.publicOrigin,
    clientId: config.clientId,
    privateKey: privateKeyFromJwk(
      JSON.parse(readSecretFile(config.clientKeyFile)) as Record<string, unknown>,
    ),
    scope: 'internal:status',
    http,
    clock,
  });
  const client = createStatusListClient({ baseUrl: config.statusListUrl, http, token });
  // the domain's reasons and the wire's are one list, which the routes have checked
  return {
    lease: (odsCode, forms) => client.lease(odsCode, forms),
    changeMany: async (batch) => (await client.changeMany(batch as WireChanges)).outcomes,
  };
}

function readKeyEncryptionKey(path: string): Buffer {
  const text = readSecretFile(path).trim();
  const key = Buffer.from(text, 'base64');
  if (key.length === 32 && key.toString('base64') === text) return key;
  throw new Error('KEY_ENCRYPTION_KEY_FILE does not hold 32 bytes as base64');
}
