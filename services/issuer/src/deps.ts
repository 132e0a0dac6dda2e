import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Logger, pino } from 'pino';
import { createStatusListClient, type StatusChangeRequest as WireChange } from '#api/status-list';
import { createTrustRegistryClient } from '#api/trust-registry';
import { createDidResolver } from '#did/resolver';
import { createTokenSource, createTokenVerifier } from '#kit/auth';
import { readSecretFile } from '#kit/config';
import { asRole, createKysely, createPool } from '#kit/database';
import { createMetrics, type ReadinessCheck } from '#kit/health';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import { readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter, ed25519Signer } from '#ledger/checkpoints';
import { createIdempotency, purgeAnswers } from '#ledger/idempotency';
import { privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Deps } from './app.ts';
import type { IssuerConfig } from './config.ts';
import { createHolderBinder } from './domain/bind-holder.ts';
import { createStatusChanger } from './domain/change-status.ts';
import { createIndexSlices } from './domain/index-slices.ts';
import { createCredentialIssuer } from './domain/issue-credential.ts';
import type { StatusLists, TrustRecord } from './domain/ports.ts';
import { createRegistryCache } from './domain/registry-cache.ts';
import { createStatusListSigner } from './domain/sign-status-list.ts';
import { sayWhenUnreachable } from './domain/status-lists.ts';
import { createCredentialStore, ping } from './store/credential-store.ts';
import { createHolderStore } from './store/holder-store.ts';
import { createKeyStore } from './store/key-store.ts';
import { createSignedListStore } from './store/signed-list-store.ts';
import { createStatusStore } from './store/status-store.ts';
import type { Tables } from './store/tables.ts';

export interface CoreOptions {
  pool: Pool;
  clock: Clock;
  newId: () => string;
  publicOrigin: string;
  /** 32 bytes */
  keyEncryptionKey: Uint8Array;
  statusLists: StatusLists;
  /** throws VcError NOT_FOUND for a trust that the registry does not know */
  loadTrust: (odsCode: string) => Promise<TrustRecord>;
  registryFreshnessMs: number;
  listTtlMs: number;
  listValidMs: number;
}

/** The service without its surroundings: what tests drive with a real database and other services of their own. */
export function createCore(options: CoreOptions) {
  const { pool, clock, newId, publicOrigin, keyEncryptionKey } = options;
  const statusLists = sayWhenUnreachable(options.statusLists);
  const db = createKysely<Tables>(pool);
  const idempotency = createIdempotency<Tables>({ clock });
  const credentials = createCredentialStore({ db, idempotency, clock });
  const records = createStatusStore({ db, idempotency, clock });
  const holders = createHolderStore({ db, idempotency, clock });
  const freshnessMs = options.registryFreshnessMs;
  const keys = createKeyStore({
    db,
    idempotency,
    clock,
    publicOrigin,
    keyEncryptionKey,
    freshnessMs,
  });
  const loadTrustRecord = createRegistryCache({ load: options.loadTrust, clock, freshnessMs });
  const common = { publicOrigin, clock, newId, sha256, loadTrustRecord, keys };
  // holders are did:key, whose document is in the DID itself
  const resolver = createDidResolver({ fetchDocument: refuseToFetch, now: clock });
  return {
    db,
    credentials,
    records,
    holders,
    keys,
    issuer: createCredentialIssuer({
      ...common,
      holders,
      indexes: createIndexSlices(statusLists),
      ledger: credentials,
    }),
    holderBinder: createHolderBinder({
      ...common,
      newChallenge: () => randomBytes(24).toString('base64url'),
      resolveVerificationMethod: resolver.resolveVerificationMethod,
      ledger: holders,
    }),
    statusChanger: createStatusChanger({ statusLists, ledger: records }),
    statusListSigner: createStatusListSigner({
      ...common,
      lists: createSignedListStore({ db }),
      ttlMs: options.listTtlMs,
      validForMs: options.listValidMs,
    }),
  };
}

/** Constructs everything that the process lives with. */
export async function createDeps(config: IssuerConfig): Promise<ServiceDeps> {
  const clock: Clock = Date.now;
  const logger = pino({ name: 'issuer', level: config.logLevel });
  const pool = createPool({
    url: config.databaseUrl,
    passwordFile: config.databasePasswordFile,
    max: config.databasePoolMax,
    applicationName: 'issuer',
    onError: (err) => logger.warn({ event: 'database.connection', err }, 'a connection broke'),
  });
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
  });
  const checkpoints = createCheckpointWriter({
    readHeads: () => readAuditHeads(core.db),
    sign: ed25519Signer(config.auditKeyFile),
    file: config.auditCheckpointFile,
    service: 'issuer',
    clock,
    onError: (err) => logger.error({ event: 'audit.checkpoint', err }, 'no audit checkpoint'),
  });
  const purge = everyHour(() => purgeOld(core, clock()), logger);
  const jwksUrl = `${authorizationUrl}/jwks`;
  return {
    ...core,
    logger: { name: 'issuer', level: config.logLevel },
    metrics: createMetrics(),
    verifyToken: createTokenVerifier({ publicOrigin: config.publicOrigin, jwksUrl, http, clock }),
    checks: { database: () => ping(core.db) },
    async close() {
      purge.stop();
      try {
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

/** Forgets answers after a day and challenges after they ended. */
async function purgeOld({ db, holders }: ReturnType<typeof createCore>, now: number) {
  const aDayAgo = new Date(now - 24 * HOUR_MS);
  // each call forgets a bounded number
  while ((await asRole(db, 'issuer_jobs', (trx) => purgeAnswers(trx, aDayAgo))) > 0);
  await holders.purgeChallenges(new Date(now));
}

function everyHour(work: () => Promise<void>, logger: Logger) {
  const timer = setInterval(() => {
    work().catch((err: unknown) => logger.error({ event: 'purge.failed', err }, 'purge failed'));
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
    lease: (odsCode) => client.lease(odsCode),
    change: (change) => client.change(change as WireChange),
  };
}

function readKeyEncryptionKey(path: string): Buffer {
  const text = readSecretFile(path).trim();
  const key = Buffer.from(text, 'base64');
  if (key.length === 32 && key.toString('base64') === text) return key;
  throw new Error('KEY_ENCRYPTION_KEY_FILE does not hold 32 bytes as base64');
}

function refuseToFetch(url: URL): Promise<never> {
  return Promise.reject(new VcError('DID_NOT_FOUND', `${url.host} is not fetched from here`));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
