import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createTokenVerifier } from '#kit/auth';
import { createKysely, createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createHttpClient } from '#kit/http-client';
import { createFailureCounter, observePool } from '#kit/metrics';
import { createRefusalRecord } from '#kit/refused-access';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import type { VerifierConfig } from './config.ts';
import { createConformanceDeps } from './conformance-deps.ts';
import { createStatusLists } from './domain/status-lists.ts';
import { createStatusListFetcher } from './fetchers.ts';
import { readGenesis } from './genesis.ts';
import { createRegistryDeps } from './registry-deps.ts';
import { createChallengeStore } from './store/challenges.ts';
import { createSeenVersions } from './store/seen-versions.ts';
import type { Tables } from './store/tables.ts';
import { createWatchingDeps } from './watching-deps.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Everything the service is made of, and how it ends. Registries are asked from now on.
 * @throws VcError REGISTRY_STATEMENT_INVALID as readGenesis
 */
export async function createDeps(config: VerifierConfig) {
  const loaded = await readGenesis(config);
  const clock = Date.now;
  const logger = pino({ level: config.logLevel });
  const metrics = createMetrics();
  const countFailure = createFailureCounter(metrics);
  const logFailure = (event: string) => (error: unknown) => {
    countFailure(event);
    logger.error({ event, err: error }, 'background work failed');
  };
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'verifier',
    onError: logFailure('database.connection-lost'),
  });
  observePool(pool, metrics);
  const db = createKysely<Tables>(pool);
  const http = createHttpClient({
    originMap: config.originMap,
    internal: [config.authorizationUrl, config.trustRegistryUrl],
  });
  const outside = { config, db, http, clock, logger, metrics, countFailure };
  const seenVersions = createSeenVersions(db);
  const conformance = await createConformanceDeps(outside).catch(async (error: unknown) => {
    await Promise.all([http.close(), pool.end()]);
    throw error;
  });
  const registry = createRegistryDeps({ ...outside, loaded, seenVersions });
  registry.start();
  const { resolveVerificationMethod, trustRecords } = registry;
  const statusLists = createStatusLists({
    fetchStatusList: createStatusListFetcher(http),
    resolveVerificationMethod,
    seenVersions,
    clock,
    freshnessMs: config.statusFreshnessMs,
  });
  const watching = createWatchingDeps({ ...outside, statusLists, trustRecords });
  watching.start();
  const challenges = createChallengeStore(db);
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(db),
    sign: ed25519Signer(config.auditKeyFile),
    file: config.auditCheckpointFile,
    service: 'verifier',
    clock,
    onError: logFailure('audit.checkpoint-failed'),
  });
  // Kept for a day past their end, so that a late share is told why it is refused.
  const purge = setInterval(() => {
    challenges.purge(new Date(clock() - DAY)).catch(logFailure('challenges.purge-failed'));
  }, HOUR);
  purge.unref();

  return {
    publicOrigin: config.publicOrigin,
    clock,
    logger: { level: config.logLevel },
    metrics,
    traffic: config.traffic,
    recordRefusal: createRefusalRecord(db, clock),
    randomChallenge: () => randomBytes(32).toString('base64url'),
    verifyToken: createTokenVerifier({
      publicOrigin: config.publicOrigin,
      jwksUrl: `${config.authorizationUrl}/jwks`,
      http,
      clock,
    }),
    challenges,
    resolveVerificationMethod,
    trustRecords,
    statusLists,
    ...watching.ports,
    conformance,
    checks: {
      database: () => sql`select 1`.execute(db),
      registry: registry.checkKnown,
      // named at /readyz, so that nobody takes the service for one that guards a trust
      ...(conformance && { 'conformance-profile': async () => conformance.trusts.assertNone() }),
    },
    async close() {
      clearInterval(purge);
      await registry.close();
      await watching.close();
      await conformance?.close();
      await checkpoints.close().catch(logFailure('audit.checkpoint-failed'));
      await Promise.all([http.close(), pool.end()]);
    },
  };
}
