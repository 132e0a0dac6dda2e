import { execFile } from 'node:child_process';
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import type { Caller, TokenVerifier } from './auth.ts';
import type { Server } from './server.ts';

export interface TestDatabase {
  /** the superuser: for arranging and for tampering; row-level security does not bind it */
  adminUrl: string;
  /** the login of the service that owns `schema` */
  url(schema: string): string;
  drop(): Promise<void>;
}

interface Test {
  teardown(handler: () => unknown): void;
}

interface TestServer {
  adminUrl: string;
  template: string;
}

let server: Promise<TestServer> | undefined;

/** A database of its own, cloned from the migrated template and dropped at teardown. */
export async function createTestDatabase(t: Test): Promise<TestDatabase> {
  server ??= openServer();
  const { adminUrl, template } = await server;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await cloneTemplate(adminUrl, template, name);
  const drop = () => execute(adminUrl, `drop database if exists ${name} with (force)`);
  t.teardown(drop);
  return {
    adminUrl: withPath(adminUrl, name),
    url(schema) {
      const url = new URL(withPath(adminUrl, name));
      url.username = `${schema}_login`;
      // as migrations/template.ts gives it to the logins of a server that asks for passwords
      if (url.password) url.password = hash('sha256', url.password);
      return url.href;
    },
    drop,
  };
}

// test/run.ts has started one for all; a file that is run by itself starts its own
async function openServer(): Promise<TestServer> {
  const { TEST_POSTGRES_URL, TEST_POSTGRES_TEMPLATE } = process.env;
  const adminUrl = TEST_POSTGRES_URL ?? (await startOwnServer());
  return { adminUrl, template: TEST_POSTGRES_TEMPLATE ?? (await buildTemplate(adminUrl)) };
}

/** An embedded PostgreSQL for tests: nothing is durable, anybody is trusted. */
export async function startTestServer(port?: number) {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'staff-passport-test-')));
  return startEmbeddedPostgres({
    dataDir: directory,
    port,
    temporary: true,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
}

async function startOwnServer(): Promise<string> {
  const own = await startTestServer();
  // registered at the root and before any database's: runs when all of them are dropped
  // not at the top: whoever imports tap becomes a test program, which ends itself after 30 s; test/run.ts is none
  const { default: tap } = await import('tap');
  tap.teardown(() => own.stop());
  return own.url();
}

async function buildTemplate(adminUrl: string): Promise<string> {
  // migrations are no lib's to import, so they run as the program they are
  const program = fileURLToPath(new URL('../../migrations/template.ts', import.meta.url));
  const env = { ...process.env, DATABASE_URL: adminUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  return stdout.trim();
}

async function cloneTemplate(adminUrl: string, template: string, name: string): Promise<void> {
  const statement = `create database ${name} template ${template} strategy file_copy`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await execute(adminUrl, statement);
    } catch (error) {
      // 55006: somebody still looks at the template
      if ((error as { code?: string }).code !== '55006' || attempt === 20) throw error;
      await sleep(50);
    }
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withPath(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export interface TestTokens {
  verifyToken: TokenVerifier;
  /** an `authorization` header of a caller with these rights */
  bearer(caller: TestCaller): { authorization: string };
}

export interface TestCaller {
  odsCode?: string;
  clientId?: string;
  scopes: string[];
  /** who signed in, at AAL3_ANY unless stated; left out: a system calls */
  person?: { subject: string; acr?: string };
}

/**
 * Tokens for route tests: the guard of the routes stays on, only the authorization server's signature is left out
 * (its own tests, and the end-to-end tests, use the real one).
 */
export function createTestTokens(): TestTokens {
  const callers = new Map<string, Caller>();
  return {
    async verifyToken(token) {
      const caller = callers.get(token);
      if (caller === undefined) throw new Error('not a token of this test');
      return caller;
    },
    bearer({ odsCode, clientId = `client-${odsCode ?? 'none'}`, scopes, person }) {
      const token = randomUUID();
      callers.set(token, {
        clientId,
        odsCode,
        scopes: new Set(scopes),
        person: person && { acr: 'AAL3_ANY', ...person },
      });
      return { authorization: `Bearer ${token}` };
    },
  };
}

interface ApiDescription {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>;
}

/** The operations of the API page that lack a summary, or a tag that the page explains: `post /v1/things`. */
export async function undescribedOperations(app: Server): Promise<string[]> {
  const { tags, paths } = (await app.inject('/openapi.json')).json<ApiDescription>();
  const explained = new Set(tags.filter(({ description }) => description).map(({ name }) => name));
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(
        ([, operation]) => !operation.summary || !operation.tags?.some((tag) => explained.has(tag)),
      )
      .map(([method]) => `${method} ${path}`),
  );
}
