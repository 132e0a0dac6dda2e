import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createIssuerClient } from '#api/issuer';
import { createTokenSource, createTokenVerifier, type TokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { createKysely, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import { privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import type { StatusListConfig } from './config.ts';
import { createChangeStatus } from './domain/change-status.ts';
import { createIndexOrder } from './domain/index-order.ts';
import { createLeaseIndexes } from './domain/lease-indexes.ts';
import { createLoadPublishedList } from './domain/load-published-list.ts';
import type { SignStatusList } from './domain/ports.ts';
import { createPublicationHealth } from './domain/publication-health.ts';
import { createPublicationSchedule } from './domain/publication-schedule.ts';
import { createPublishDueLists } from './domain/publish-due-lists.ts';
import { createPublishList } from './domain/publish-list.ts';
import { createPublicationMetrics } from './metrics.ts';
import { createChangeStore } from './store/change-store.ts';
import { createLeaseStore } from './store/lease-store.ts';
import { createPublicationStore } from './store/publication-store.ts';
import { createSecretSeal } from './store/sealed-secret.ts';
import type { Tables } from './store/tables.ts';

export type Deps = ReturnType<typeof createDeps>;

/** What tests hand in instead of the real thing. */
export interface Doubles {
  clock?: Clock;
  sign?: SignStatusList;
  verifyToken?: TokenVerifier;
}

/** Milliseconds after which a replica publishes although another holds the publisher's lock. */
const TAKE_OVER_AFTER_MS = 20_000;

/** @throws Error when a file that configuration names cannot be used */
export function createDeps(config: StatusListConfig, doubles: Doubles = {}) {
  const { publicOrigin, authorizationUrl, issuerUrl, listTtlMs, listResignMs } = config;
  const clock = doubles.clock ?? Date.now;
  const logger = { level: config.logLevel };
  const log = pino(logger);
  const failed = (event: string) => (err: unknown) =>
    log.error({ event, err }, 'it is tried again');

  const seal = createSecretSeal(readKeyEncryptionKey(config.keyEncryptionKeyFile));
  const signAudit = ed25519Signer(config.auditKeyFile);
  const internal = [authorizationUrl, issuerUrl];
  const http = createHttpClient({ originMap: config.originMap, internal });
  const sign = doubles.sign ?? askIssuer(config, http, clock);
  const jwksUrl = `${authorizationUrl}/jwks`;
  const verifyToken =
    doubles.verifyToken ?? createTokenVerifier({ publicOrigin, jwksUrl, http, clock });

  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    // the publisher's lock holds one connection while others draft and store
    max: Math.max(2, config.databasePoolMax),
    applicationName: 'status-list',
    onError: failed('database.connection-lost'),
  });
  const db = createKysely<Tables>(pool);
  const publications = createPublicationStore(db);
  const health = createPublicationHealth({ store: publications, clock, resignMs: listResignMs });
  const metrics = createMetrics();
  const publicationMetrics = createPublicationMetrics({
    metrics,
    readBacklog: () => health.readBacklog(),
    clock,
  });

  const publishList = createPublishList({
    store: publications,
    sign,
    sha256: (text) => createHash('sha256').update(text).digest(),
    clock,
    publicOrigin,
    onPublished: (seconds) => publicationMetrics.published(seconds),
  });
  const publishDueLists = createPublishDueLists({
    store: publications,
    publishList,
    clock,
    resignMs: listResignMs,
    takeOverAfterMs: TAKE_OVER_AFTER_MS,
    onError(err, list) {
      publicationMetrics.failed();
      log.error({ event: 'publication.failed', list, err }, 'it is tried again');
    },
  });
  const schedule = createPublicationSchedule({
    publishDueLists,
    tickMs: config.publishTickMs,
    soonMs: config.publishSoonMs,
    onError: failed('publisher.failed'),
  });
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(db),
    sign: signAudit,
    file: config.auditCheckpointFile,
    service: 'status_list',
    clock,
    onError: failed('audit.checkpoint-failed'),
  });
  const order = createIndexOrder();
  const checks: Record<string, ReadinessCheck> = {
    database: () => sql`select 1`.execute(db),
    publication: () => health.check(),
  };

  return {
    publicOrigin,
    listTtlMs,
    logger,
    verifyToken,
    metrics,
    checks,
    publishList,
    publishDueLists,
    leaseIndexes: createLeaseIndexes({
      store: createLeaseStore({ db, seal }),
      order,
      publishList,
      clock,
      randomUUID,
      randomBytes,
    }),
    changeStatus: createChangeStatus({
      store: createChangeStore({ db, seal }),
      order,
      clock,
      onChange: () => schedule.wake(),
    }),
    loadPublishedList: createLoadPublishedList({ store: publications, clock }),
    start: () => schedule.start(),
    async close() {
      await schedule.close();
      await checkpoints.close().catch(failed('audit.checkpoint-failed'));
      await pool.end();
      await http.close();
    },
  };
}

function askIssuer(config: StatusListConfig, http: HttpClient, clock: Clock): SignStatusList {
  const token = createTokenSource({
    tokenUrl: `${config.authorizationUrl}/token`,
    audience: config.publicOrigin,
    clientId: config.clientId,
    privateKey: privateKeyFromJwk(JSON.parse(readSecretFile(config.clientKeyFile))),
    scope: 'internal:sign-list',
    http,
    clock,
  });
  const issuer = createIssuerClient({ baseUrl: config.issuerUrl, http, token });
  return (request) => issuer.signStatusList(request);
}

function readKeyEncryptionKey(file: string): Buffer {
  const key = Buffer.from(readSecretFile(file), 'base64');
  if (key.length === 32) return key;
  throw new Error('KEY_ENCRYPTION_KEY_FILE does not hold 32 bytes in base64');
}
