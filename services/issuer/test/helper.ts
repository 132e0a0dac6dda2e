import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { findCredentialType } from '#catalogue/catalogue';
import { trustDid } from '#did/identifiers';
import { didKey, didKeyMethod } from '#did/keys';
import type { Person } from '#kit/auth';
import { createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createTestDatabase, createTestTokens } from '#kit/testing';
import { signPresentation } from '#proofs/add-proof';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { buildApp } from '../src/app.ts';
import { type CoreOptions, createCore } from '../src/core.ts';
import {
  createFakeRegistry,
  createFakeStatusLists,
  ORIGIN,
  PERIOD,
  START,
  TRUST,
  TYPE,
} from './fakes.ts';

export const CLAIMS = findCredentialType(TYPE)?.example ?? {};

interface Teardown {
  teardown(handler: () => unknown): void;
}

export type Issuer = Awaited<ReturnType<typeof build>>;

export interface BuildOptions {
  poolMax?: number;
  /** what the service is made of, in place of what these tests make it of */
  core?: Partial<CoreOptions>;
}

/** The service on a database of its own, between a registry and status lists that live in memory. */
export async function build(test: Teardown, options: BuildOptions = {}) {
  const database = await createTestDatabase(test);
  const pool = createPool({
    ...(options.poolMax !== undefined && { max: options.poolMax }),
    url: database.url('issuer'),
    applicationName: 'issuer-test',
    onError: () => {},
  });
  const time = { now: START };
  const clock = () => time.now;
  const ids: string[] = [];
  const registry = createFakeRegistry();
  const statusLists = createFakeStatusLists(clock);
  const keyEncryptionKey = randomBytes(32);
  const newCore = (overrides: Partial<CoreOptions> = {}) =>
    createCore({
      pool,
      clock,
      newId: () => ids.shift() ?? randomUUID(),
      publicOrigin: ORIGIN,
      keyEncryptionKey,
      statusLists,
      loadTrust: (odsCode) => registry.loadTrust(odsCode),
      registryFreshnessMs: 30_000,
      registryStaleLimitMs: 900_000,
      statusBatchApprovalOver: 2,
      statusBatchUndoMs: 600_000,
      keyLeadMs: 60_000,
      signTimeoutMs: 5_000,
      // this clock stands still, the database's does not
      maxClockSkewMs: Infinity,
      ...options.core,
      ...overrides,
      listTtlMs: 15_000,
      listValidMs: 3_600_000,
    });
  const core = newCore();
  const tokens = createTestTokens();
  const logs: string[] = [];
  const app = await buildApp({
    ...core,
    logger: { level: 'info', stream: { write: (line: string) => void logs.push(line) } },
    metrics: createMetrics(),
    verifyToken: tokens.verifyToken,
  });
  test.teardown(async () => {
    await app.close();
    await pool.end();
  });
  const admin = (text: string, values: unknown[] = []) => query(database.adminUrl, text, values);
  const databaseUrl = database.url('issuer');
  const doubles = { time, ids, registry, statusLists, tokens, logs };
  return { app, core, newCore, admin, databaseUrl, keyEncryptionKey, ...doubles };
}

async function query(url: string, text: string, values: unknown[]) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

export interface Request {
  method?: 'GET' | 'POST';
  url: string;
  body?: unknown;
  scopes?: string[];
  odsCode?: string | undefined;
  /** who signed in; a machine calls when left out */
  person?: Person;
  /** null: no header */
  key?: string | null;
}

/** One request with a token of the trust and, for a write under /v1, a new idempotency key unless one is given. */
export function send({ app, tokens }: Issuer, request: Request) {
  const { method = 'POST', url, body, scopes = ALL_SCOPES, key = randomUUID(), person } = request;
  const odsCode = 'odsCode' in request ? request.odsCode : TRUST;
  return app.inject({
    method,
    url,
    headers: {
      ...tokens.bearer({
        ...(odsCode !== undefined && { odsCode }),
        ...(person !== undefined && { person }),
        scopes,
      }),
      ...(key !== null && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
}

const ALL_SCOPES = ['credentials:issue', 'credentials:read', 'credentials:revoke', 'holders:write'];

/** Makes a key by the route and has the registry list it. */
export async function addKey(issuer: Issuer, purpose = 'assertion', odsCode = TRUST) {
  const answer = await send(issuer, {
    url: '/v1/keys',
    body: { odsCode, purpose },
    odsCode: undefined,
    scopes: ['keys:admin'],
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const key = answer.json<{ publicKeyMultibase: string; verificationMethod: string }>();
  pin(issuer, key.publicKeyMultibase, purpose, odsCode);
  return key;
}

export function pin(issuer: Issuer, publicKeyMultibase: string, purpose: string, odsCode = TRUST) {
  const key = { publicKeyMultibase, purpose, state: 'active', ...PERIOD };
  issuer.registry.of(odsCode).keys.push(key);
}

export function newWallet() {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const did = didKey(publicKeyMultibase);
  const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
  return { did, signer };
}

export type Wallet = ReturnType<typeof newWallet>;

export async function askChallenge(issuer: Issuer, odsCode = TRUST) {
  const answer = await send(issuer, { url: '/v1/holders/challenges', odsCode, key: null });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<{ challenge: string; domain: string; expiresAt: string }>();
}

export interface ProveOptions {
  wallet: Wallet;
  challenge: string;
  domain: string;
  /** milliseconds since the epoch */
  at?: number;
  changes?: JsonObject;
}

export function prove({ wallet, challenge, domain, at = START, changes = {} }: ProveOptions) {
  return signPresentation({
    presentation: {
      '@context': [CREDENTIALS_V2_CONTEXT],
      type: ['VerifiablePresentation'],
      holder: wallet.did,
      ...changes,
    },
    signer: wallet.signer,
    suite: 'Ed25519Signature2020',
    challenge,
    domain,
    created: toDateTimeStamp(at),
  });
}

/** Binds a new wallet, or the given one, to an employee. */
export async function bindWallet(
  issuer: Issuer,
  { employeeId = 'E-1', odsCode = TRUST, wallet = newWallet() } = {},
): Promise<Wallet> {
  const { challenge, domain } = await askChallenge(issuer, odsCode);
  const at = issuer.time.now;
  const verifiablePresentation = await prove({ wallet, challenge, domain, at });
  const body = { employeeId, verifiablePresentation };
  const answer = await send(issuer, { url: '/v1/holders', body, odsCode });
  if (answer.statusCode > 201) throw new Error(answer.body);
  return wallet;
}

/** A trust that is ready to issue to employee E-1. */
export async function buildReady(test: Teardown, options: BuildOptions = {}) {
  const issuer = await build(test, options);
  const key = await addKey(issuer);
  const wallet = await bindWallet(issuer);
  return { ...issuer, key, wallet };
}

export function mintBody(changes: JsonObject = {}): JsonObject {
  return { employeeId: 'E-1', type: TYPE, claims: CLAIMS, ...changes };
}

/** The answer to one request to mint, good unless told otherwise, with a key of its own unless one is given. */
export function mintOnce(
  issuer: Issuer,
  body: unknown = mintBody(),
  key: string | null = randomUUID(),
) {
  return send(issuer, { url: '/v1/credentials', body, key });
}

/** A good VCALM request for a holder. */
export function issueBody(did: string, changes: JsonObject = {}): { credential: JsonObject } {
  return {
    credential: {
      '@context': [CREDENTIALS_V2_CONTEXT, 'https://staffpassport.example/contexts/v1'],
      type: ['VerifiableCredential', TYPE],
      issuer: trustDid(ORIGIN, TRUST),
      credentialSubject: { id: did, ...CLAIMS },
      ...changes,
    },
  };
}

/** Mints one and answers its bare id. */
export async function mint(issuer: Issuer, changes: JsonObject = {}): Promise<string> {
  const answer = await send(issuer, { url: '/v1/credentials', body: mintBody(changes) });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer
    .json<{ verifiableCredential: { id: string } }>()
    .verifiableCredential.id.replace('urn:uuid:', '');
}
