import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse as Response } from 'fastify';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { createKysely, createPool } from '#kit/database';
import type { Server } from '#kit/server';
import { createTestDatabase, createTestTokens } from '#kit/testing';
import { generateEd25519Key } from '#proofs/signer';
import { buildApp } from '../src/app.ts';
import { createNamespace } from '../src/domain/namespace.ts';
import { readPinnedContext } from '../src/pinned-context.ts';
import { createChangeOnce } from '../src/store/change-once.ts';
import { createRegistryReader } from '../src/store/registry-reader.ts';
import type { Tables } from '../src/store/tables.ts';

export const NOW = Date.parse('2026-11-22T16:00:00Z');
export const DAY = 86_400_000;
export const CELL_DID = 'did:web:passport.northmoor.example';
export const ASHMERE_DID = `${CELL_DID}:trusts:ZZA01`;
export const ICS = { odsCode: 'QZN', name: 'Northmoor Integrated Care System', kind: 'ics' };
export const ASHMERE = {
  odsCode: 'ZZA01',
  name: 'Ashmere Teaching Hospitals Trust',
  kind: 'trust',
  icsOdsCode: 'QZN',
};
const BRACKENDALE = { ...ASHMERE, odsCode: 'ZZB02', name: 'Brackendale Hospitals Trust' };

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
}

/** The service on a database of its own, at a clock that stands until the test moves it. */
export async function build(t: Test): Promise<TestRegistry> {
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
  const app = await buildApp({
    registry: createRegistryReader(db),
    changeOnce: createChangeOnce({ db, clock: () => clock.now }),
    namespace: createNamespace({
      publicOrigin: 'https://passport.northmoor.example',
      cellOdsCode: 'QZN',
    }),
    context: await readPinnedContext(),
    clock: () => clock.now,
    randomUUID,
    verifyToken: tokens.verifyToken,
    metrics: new Registry(),
    logger: false,
  });
  t.teardown(async () => {
    await app.close();
    await pool.end();
  });
  const administrator = tokens.bearer({ clientId: 'administrator', scopes: ['registry:admin'] });
  return {
    app,
    clock,
    databaseUrl,
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

/** Northmoor with Ashmere and Brackendale, registered through the API. */
export async function buildNorthmoor(t: Test): Promise<TestRegistry> {
  const registry = await build(t);
  for (const organisation of [ICS, ASHMERE, BRACKENDALE]) {
    const { statusCode, body } = await registry.change('/v1/organisations', organisation);
    if (statusCode !== 201) throw new Error(body);
  }
  return registry;
}

export function newKey(): string {
  return generateEd25519Key().publicKeyMultibase;
}
