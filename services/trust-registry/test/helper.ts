import { randomBytes, randomUUID } from 'node:crypto';
import type { LightMyRequestResponse as Response } from 'fastify';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { createKysely, createPool } from '#kit/database';
import type { Server } from '#kit/server';
import { createRefusalRecord } from '#kit/refused-access';
import { createTestDatabase, createTestTokens } from '#kit/testing';
import { thumbprint } from '#did/keys';
import { generateEd25519Key } from '#proofs/signer';
import type { Cell } from '#trust/cell';
import { signGenesis } from '#trust/genesis';
import type { RegistrySigningKey } from '#trust/registry-signature';
import { buildApp } from '../src/app.ts';
import { createNamespace } from '../src/domain/namespace.ts';
import { type LoadedGenesis, loadGenesis } from '../src/domain/load-genesis.ts';
import { readPinnedContexts } from '../src/pinned-contexts.ts';
import { createChallengeStore } from '../src/store/challenges.ts';
import { createChangeOnce } from '../src/store/change-once.ts';
import { createGenesisStore } from '../src/store/genesis-store.ts';
import { createChangeReader } from '../src/store/proposals.ts';
import { createReadinessReader } from '../src/store/readiness-reader.ts';
import { createRegistryReader } from '../src/store/registry-reader.ts';
import type { Tables } from '../src/store/tables.ts';
import { createSeed, type Seed } from './seed.ts';

export const NOW = Date.parse('2026-11-22T16:00:00Z');
export const DAY = 86_400_000;
export const CELL_DID = 'did:web:passport.northmoor.example';
export const SOUTHMERE_DID = 'did:web:passport.southmere.example';
export const ASHMERE_DID = `${CELL_DID}:trusts:ZZA01`;
export const ICS = {
  odsCode: 'QZN',
  name: 'Northmoor Integrated Care System',
  kind: 'ics',
} as const;
export const ASHMERE = {
  odsCode: 'ZZA01',
  name: 'Ashmere Teaching Hospitals Trust',
  kind: 'trust',
  icsOdsCode: 'QZN',
} as const;
export const BRACKENDALE = { ...ASHMERE, odsCode: 'ZZB02', name: 'Brackendale Hospitals Trust' };

interface Test {
  teardown(handler: () => unknown): void;
}

export interface TestRegistry {
  app: Server;
  /** a statement as the superuser */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  get(url: string, headers?: Record<string, string>): Promise<Response>;
  /** an administrator's change, with an idempotency key of its own unless one is given */
  change(
    url: string,
    body: unknown,
    options?: { key?: string | null; headers?: Record<string, string> },
  ): Promise<Response>;
  bearer: ReturnType<typeof createTestTokens>['bearer'];
  databaseUrl: string;
  clock: { now: number };
  /** writes records without the two people */
  seed: Seed;
  genesis: LoadedGenesis;
  /** this cell, as the genesis has it */
  cell: Cell;
  /** ends the pool: the service is without its database */
  loseDatabase(): Promise<void>;
}

export interface BuildOptions {
  /** how the anchor admits the other cell */
  southmere?: Partial<Cell>;
  /** what happens between the reading of a record and the answer */
  afterRead?: () => Promise<void>;
}

/** An anchor that admitted Northmoor, whose registry key it is, and Southmere. */
export async function createTestGenesis({ southmere }: BuildOptions = {}) {
  const anchor = generateEd25519Key();
  const registryKey: RegistrySigningKey = generateEd25519Key();
  const admitted = {
    admittedAt: '2026-01-01T00:00:00Z',
    withdrawnAt: null,
  };
  const cellOf = (
    did: string,
    odsCode: string,
    name: string,
    publicKeyMultibase: string,
  ): Cell => ({
    did,
    odsCode,
    name,
    ...admitted,
    registryKeys: [{ publicKeyMultibase, validFrom: admitted.admittedAt, validUntil: null }],
  });
  const cells: Cell[] = [
    cellOf(CELL_DID, 'QZN', ICS.name, registryKey.publicKeyMultibase),
    { ...cellOf(SOUTHMERE_DID, 'QZS', 'Southmere Integrated Care System', newKey()), ...southmere },
  ];
  const sign = (content: { version: number; cells: Cell[] }) =>
    signGenesis({ issuedAt: '2026-11-01T00:00:00Z', ...content }, anchor.privateKey);
  return {
    registryKey,
    cells,
    sign,
    anchorThumbprint: thumbprint(anchor.publicKeyMultibase),
    text: await sign({ version: 1, cells }),
  };
}

/** The service on a database of its own, at a clock that stands until the test moves it. */
export async function build(t: Test, options: BuildOptions = {}): Promise<TestRegistry> {
  const database = await createTestDatabase(t);
  const databaseUrl = database.url('trust_registry');
  const pool = createPool({
    url: databaseUrl,
    applicationName: 'trust-registry-test',
    onError: () => {},
  });
  const db = createKysely<Tables>(pool);
  const clock = { now: NOW };
  const tokens = createTestTokens();
  const namespace = createNamespace({
    publicOrigin: 'https://passport.northmoor.example',
    cellOdsCode: 'QZN',
  });
  const { registryKey, anchorThumbprint, ...file } = await createTestGenesis(options);
  const genesis = await loadGenesis(file.text, {
    anchorThumbprint,
    cellDid: CELL_DID,
    publicKeyMultibase: registryKey.publicKeyMultibase,
    store: createGenesisStore(db),
    now: NOW,
  });
  const reader = createRegistryReader(db);
  const app = await buildApp({
    registry: {
      ...reader,
      async findRecord(...query) {
        const record = await reader.findRecord(...query);
        await options.afterRead?.();
        return record;
      },
    },
    changeOnce: createChangeOnce({ db, clock: () => clock.now }),
    changes: createChangeReader(db),
    readiness: createReadinessReader(db),
    challenges: createChallengeStore(db),
    createChallenge: () => randomBytes(32).toString('base64url'),
    namespace,
    contexts: await readPinnedContexts(),
    genesis,
    registryKey,
    snapshotValidMs: 3_600_000,
    clock: () => clock.now,
    randomUUID,
    verifyToken: tokens.verifyToken,
    recordRefusal: createRefusalRecord(db, () => clock.now),
    metrics: new Registry(),
    logger: false,
  });
  const loseDatabase = async () => {
    if (!pool.ended) await pool.end();
  };
  t.teardown(async () => {
    await app.close();
    await loseDatabase();
  });
  const administrator = tokens.bearer({ clientId: 'administrator', scopes: ['registry:admin'] });
  return {
    app,
    clock,
    databaseUrl,
    seed: createSeed(db, clock),
    genesis,
    cell: genesis.genesis.cells[0] as Cell,
    loseDatabase,
    bearer: (caller) => tokens.bearer(caller),
    query: (text, values) => queryAs(database.adminUrl, text, values),
    get: (url, headers = {}) => app.inject({ method: 'GET', url, headers }),
    change: (url, body, { key = randomUUID(), headers = administrator } = {}) =>
      app.inject({
        method: 'POST',
        url,
        headers: {
          ...headers,
          'content-type': 'application/json',
          ...(key !== null && { 'idempotency-key': key }),
        },
        payload: JSON.stringify(body),
      }),
  };
}

export async function queryAs(url: string, text: string, values: unknown[] = []) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Northmoor with Ashmere and Brackendale, which stand registered. */
export async function buildNorthmoor(t: Test, options?: BuildOptions): Promise<TestRegistry> {
  const registry = await build(t, options);
  await registry.seed.organisation(ICS);
  await registry.seed.organisation(ASHMERE);
  await registry.seed.organisation(BRACKENDALE);
  return registry;
}

export function newKey(): string {
  return generateEd25519Key().publicKeyMultibase;
}
