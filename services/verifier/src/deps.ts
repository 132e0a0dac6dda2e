import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createTrustRegistryClient } from '#api/trust-registry';
import { createDidResolver } from '#did/resolver';
import { createTokenVerifier } from '#kit/auth';
import { createKysely, createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createHttpClient } from '#kit/http-client';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import type { VerifierConfig } from './config.ts';
import { createFreshCache } from './domain/fresh-cache.ts';
import { createStatusLists } from './domain/status-lists.ts';
import { createTrustRecords } from './domain/trust-records.ts';
import { createDidDocumentFetcher, createStatusListFetcher } from './fetchers.ts';
import { createChallengeStore } from './store/challenges.ts';
import { createSeenVersions } from './store/seen-versions.ts';
import type { Tables } from './store/tables.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Everything the service is made of, and how it ends. */
export function createDeps(config: VerifierConfig) {
  const clock = Date.now;
  const logger = pino({ level: config.logLevel });
  const logFailure = (event: string) => (error: unknown) =>
    logger.error({ event, err: error }, 'background work failed');
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'verifier',
    onError: logFailure('database.connection-lost'),
  });
  const db = createKysely<Tables>(pool);
  const http = createHttpClient({
    originMap: config.originMap,
    internal: [config.authorizationUrl, config.trustRegistryUrl],
  });
  const registry = createTrustRegistryClient({ baseUrl: config.trustRegistryUrl, http });
  // The resolver keeps documents; this only keeps it from asking again at once for one that could not be had.
  const didDocuments = createFreshCache({
    load: createDidDocumentFetcher(http),
    clock,
    freshnessMs: 0,
    retryMs: 1_000,
    capacity: 1_024,
  });
  const { resolveVerificationMethod } = createDidResolver({
    fetchDocument: (url) => didDocuments.get(url.href),
    now: clock,
    freshness: config.registryFreshnessMs,
  });
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
    metrics: createMetrics(),
    randomChallenge: () => randomBytes(32).toString('base64url'),
    verifyToken: createTokenVerifier({
      publicOrigin: config.publicOrigin,
      jwksUrl: `${config.authorizationUrl}/jwks`,
      http,
      clock,
    }),
    challenges,
    resolveVerificationMethod,
    trustRecords: createTrustRecords({
      loadTrust: (odsCode) => registry.loadTrust(odsCode),
      clock,
      freshnessMs: config.registryFreshnessMs,
    }),
    statusLists: createStatusLists({
      fetchStatusList: createStatusListFetcher(http),
      resolveVerificationMethod,
      seenVersions: createSeenVersions(db),
      clock,
      freshnessMs: config.statusFreshnessMs,
    }),
    checks: { database: () => sql`select 1`.execute(db) },
    async close() {
      clearInterval(purge);
      await checkpoints.close().catch(logFailure('audit.checkpoint-failed'));
      await Promise.all([http.close(), pool.end()]);
    },
  };
}
