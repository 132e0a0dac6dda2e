import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createIssuerClient, type IssuerClient } from '#api/issuer';
import { createTokenVerifier, type TokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { createKysely, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import { createFailureCounter, observePool } from '#kit/metrics';
import { createTokenSource } from '#kit/token-source';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import { privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import type { StatusListConfig } from './config.ts';
import { createChangeStatus } from './domain/change-status.ts';
import { createIndexOrder } from './domain/index-order.ts';
import { createLeaseIndexes } from './domain/lease-indexes.ts';
import { createLoadPublishedList } from './domain/load-published-list.ts';
import { createFileCopies } from './domain/copy-to-files.ts';
import type { SignStatusList, SignStatusListToken } from './domain/ports.ts';
import { createPublicationHealth } from './domain/publication-health.ts';
import { createPublicationSchedule } from './domain/publication-schedule.ts';
import { createPublishDueLists } from './domain/publish-due-lists.ts';
import { createPublishList } from './domain/publish-list.ts';
import { createRestoreGuard } from './domain/restore-guard.ts';
import { createPublicationMetrics } from './metrics.ts';
import { createChangeStore } from './store/change-store.ts';
import { readNewestCheckpoint } from './store/checkpoint-file.ts';
import { createFenceStore } from './store/fence-store.ts';
import { createLeaseStore } from './store/lease-store.ts';
import { createListBucket, type ListBucket } from './store/list-bucket.ts';
import { createListFiles, type FileSteps } from './store/list-files.ts';
import { createPublicationStore } from './store/publication-store.ts';
import { createPublishedListStore } from './store/published-list-store.ts';
import { createSecretSeal } from './store/sealed-secret.ts';
import type { Tables } from './store/tables.ts';

export type Deps = ReturnType<typeof createDeps>;

/** What tests hand in instead of the real thing. */
export interface Doubles {
  clock?: Clock;
  sign?: SignStatusList;
  signToken?: SignStatusListToken;
  fileSteps?: FileSteps;
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
  const metrics = createMetrics();
  const countFailure = createFailureCounter(metrics);
  const failed = (event: string) => (err: unknown) => {
    countFailure(event);
    log.error({ event, err }, 'it is tried again');
  };

  // read before anything can be added to it
  const checkpoint = readNewestCheckpoint(config.auditCheckpointFile);
  checkpoint.catch(failed('audit.checkpoint-unreadable'));
  const seal = createSecretSeal(readKeyEncryptionKey(config.keyEncryptionKeyFile));
  const signAudit = ed25519Signer(config.auditKeyFile);
  const internal = [authorizationUrl, issuerUrl];
  const http = createHttpClient({ originMap: config.originMap, internal });
  const issuer = createIssuer(config, http, clock);
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
  observePool(pool, metrics);
  const db = createKysely<Tables>(pool);
  const publications = createPublicationStore(db);
  const published = createPublishedListStore(db);
  const fences = createFenceStore(db);
  const guard = createRestoreGuard({
    store: fences,
    readCheckpoint: () => checkpoint,
    readHeads: () => readAuditHeads(db),
    clock,
  });
  const bucket = createBucket(config);
  const directory =
    config.listDirectory === undefined
      ? undefined
      : createListFiles(config.listDirectory, doubles.fileSteps);
  const copies = createFileCopies({
    files: bucket ?? directory,
    store: published,
    sha256,
    raiseFence: (fence, at) => fences.raiseFence(fence, at),
    newestRestore: () => fences.newestRestore(),
    clock,
  });
  const health = createPublicationHealth({ store: publications, clock, resignMs: listResignMs });
  const publicationMetrics = createPublicationMetrics({
    metrics,
    readBacklog: () => health.readBacklog(),
    isFenced: () => fences.isFenced(),
    clock,
  });

  const publishList = createPublishList({
    store: publications,
    sign: doubles.sign ?? ((request) => issuer.signStatusList(request)),
    signToken: doubles.signToken ?? ((request) => issuer.signStatusListToken(request)),
    raiseFence: (fence, at) => fences.raiseFence(fence, at),
    copyToFile: (listId) => copies.copy(listId),
    sha256,
    clock,
    publicOrigin,
    onPublished: (seconds, waits) => publicationMetrics.published(seconds, waits),
  });
  const publishDueLists = createPublishDueLists({
    store: publications,
    publishList,
    assertNotFenced: () => guard.assertNotFenced(),
    reconcileFiles: () => copies.reconcile(),
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
    // what the chain had reached before must not be written over by what a restored one reaches
    readHeads: () => guard.compare().then(() => readAuditHeads(db)),
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
    restored: () => guard.assertNotFenced(),
    [bucket === undefined ? 'files' : 'list-bucket']: () => copies.check(),
  };

  return {
    publicOrigin,
    listTtlMs,
    logger,
    traffic: config.traffic,
    verifyToken,
    metrics,
    checks,
    publishList,
    publishDueLists,
    leaseIndexes: createLeaseIndexes({
      store: createLeaseStore({ db, seal }),
      order,
      publishList,
      assertNotFenced: () => guard.assertNotFenced(),
      clock,
      randomUUID,
      randomBytes,
    }),
    ...createChangeStatus({
      store: createChangeStore({ db, seal }),
      order,
      clock,
      assertNotFenced: () => guard.assertNotFenced(),
      onChange: () => schedule.wake(),
    }),
    loadPublishedList: createLoadPublishedList({ store: published, clock }),
    /** @throws UnfitBucketError when an older list could take a newer one's place in the bucket */
    assertBucketFit: async () => bucket?.assertFit(),
    start: () => schedule.start(),
    async close() {
      await schedule.close();
      await checkpoints.close().catch(failed('audit.checkpoint-failed'));
      await bucket?.close();
      await pool.end();
      await http.close();
    },
  };
}

function createIssuer(config: StatusListConfig, http: HttpClient, clock: Clock): IssuerClient {
  const token = createTokenSource({
    tokenUrl: `${config.authorizationUrl}/token`,
    audience: config.publicOrigin,
    clientId: config.clientId,
    privateKey: privateKeyFromJwk(JSON.parse(readSecretFile(config.clientKeyFile))),
    scope: 'internal:sign-list',
    http,
    clock,
  });
  return createIssuerClient({ baseUrl: config.issuerUrl, http, token });
}

function createBucket({ listBucket, listTtlMs }: StatusListConfig): ListBucket | undefined {
  if (listBucket === undefined) return undefined;
  const { accessKeyFile } = listBucket;
  const credentials = accessKeyFile === undefined ? undefined : readAccessKey(accessKeyFile);
  return createListBucket({ ...listBucket, credentials, listTtlMs });
}

function readAccessKey(file: string): { accessKeyId: string; secretAccessKey: string } {
  const { accessKeyId, secretAccessKey } = parseSecret(readSecretFile(file));
  if (typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') {
    return { accessKeyId, secretAccessKey };
  }
  throw new Error('LIST_BUCKET_ACCESS_KEY_FILE does not hold accessKeyId and secretAccessKey');
}

/** The parser's own error would quote the secret. */
function parseSecret(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function readKeyEncryptionKey(file: string): Buffer {
  const key = Buffer.from(readSecretFile(file), 'base64');
  if (key.length === 32) return key;
  throw new Error('KEY_ENCRYPTION_KEY_FILE does not hold 32 bytes in base64');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
