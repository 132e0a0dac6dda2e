import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { cellDid } from '#did/identifiers';
import { createTokenVerifier } from '#kit/auth';
import { createKysely, createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createHttpClient } from '#kit/http-client';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import type { Cell } from '#trust/cell';
import { verifyGenesis } from '#trust/genesis';
import { VcError } from '#vc/error';
import type { VerifierConfig } from './config.ts';
import { createRegisteredKeys } from './domain/registries/registered-keys.ts';
import { createRegistries } from './domain/registries/registries.ts';
import { createTrustRecords } from './domain/registries/trust-records.ts';
import { createStatusLists } from './domain/status-lists.ts';
import { originOf } from './domain/trust-did.ts';
import { createStatusListFetcher } from './fetchers.ts';
import { createRegistryPoller } from './registry-poller.ts';
import { createStatementFetcher } from './statement-fetcher.ts';
import { createChallengeStore } from './store/challenges.ts';
import { createRegistryStates } from './store/registry-states.ts';
import { createSeenVersions } from './store/seen-versions.ts';
import type { Tables } from './store/tables.ts';
import { createWatchingDeps } from './watching-deps.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Everything the service is made of, and how it ends. Registries are asked from now on.
 * @throws VcError REGISTRY_STATEMENT_INVALID for a genesis file that the anchor did not sign, or without this cell
 */
export async function createDeps(config: VerifierConfig) {
  const { cells } = await verifyGenesis(
    await readFile(config.genesisFile, 'utf8'),
    config.anchorThumbprint,
  );
  const ownCell = cellDid(config.publicOrigin);
  if (!cells.some(({ did }) => did === ownCell)) {
    throw new VcError('REGISTRY_STATEMENT_INVALID', `The genesis file does not admit ${ownCell}`);
  }
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
  const baseUrlOf = ({ did }: Cell) => (did === ownCell ? config.trustRegistryUrl : originOf(did));
  const registries = createRegistries({
    cells,
    fetchStatement: createStatementFetcher({ http, clock, baseUrlOf }),
    states: createRegistryStates(db),
    clock,
    staleLimitMs: config.registryStaleLimitMs,
  });
  const poller = createRegistryPoller({
    cells: cells.map(({ did }) => did),
    poll: (cell) => registries.poll(cell),
    intervalMs: config.registryPollMs,
    random: Math.random,
    onFailure: (cell, err) =>
      logger.error({ event: 'registry.poll-failed', cell, err }, 'background work failed'),
  });
  poller.start();
  const trustRecords = createTrustRecords({
    cells,
    registries,
    clock,
    freshnessMs: config.registryFreshnessMs,
  });
  const resolveVerificationMethod = createRegisteredKeys(trustRecords, clock);
  const statusLists = createStatusLists({
    fetchStatusList: createStatusListFetcher(http),
    resolveVerificationMethod,
    seenVersions: createSeenVersions(db),
    clock,
    freshnessMs: config.statusFreshnessMs,
  });
  const metrics = createMetrics();
  const outside = { config, db, http, clock, logger, metrics };
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
    checks: { database: () => sql`select 1`.execute(db) },
    async close() {
      clearInterval(purge);
      await poller.close();
      await watching.close();
      await checkpoints.close().catch(logFailure('audit.checkpoint-failed'));
      await Promise.all([http.close(), pool.end()]);
    },
  };
}
