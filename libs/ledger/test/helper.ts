import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import type { Test } from 'tap';
import { inTenant } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { exportAudit } from '../audit-export.ts';
import { appendAudit, readAuditHeads } from '../audit.ts';
import { createIdempotency, type Prepared } from '../idempotency.ts';

export interface Tables {
  idempotency_keys: { scope: string; key: string; body: string };
  works: { ods_code: string; id: string };
}

export function connect(t: Test, url: string, max = 10) {
  const pool = new Pool({ connectionString: url, max });
  pool.on('error', () => {});
  t.teardown(() => pool.end());
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

export async function makeTempDir(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'staff-passport-ledger-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function auditKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey, privateKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

/** The lines of an audit export of schema `issuer`. */
export async function exportLines(t: Test, adminUrl: string): Promise<string[]> {
  const admin = connect(t, adminUrl, 1);
  return Array.fromAsync(exportAudit(admin, 'issuer'));
}

interface Call {
  scope?: string;
  key?: string | undefined;
  body?: string;
}

/** The address of a database with a table of works, of which each trust writes its own. */
export async function setUp(test: Test) {
  const database = await createTestDatabase(test);
  const admin = connect(test, database.adminUrl, 1);
  await sql`create table issuer.works (ods_code text, id text)`.execute(admin);
  await sql`grant select, insert on issuer.works to issuer_login`.execute(admin);
  return database.url('issuer');
}

/** What one process holds, a pool and single flights of its own, and a `call` that does one work. */
export function createProcess(test: Test, url: string) {
  const db = connect(test, url);
  const idempotency = createIdempotency<Tables>({ clock: Date.now });
  const counts = { runs: 0 };

  const prepare = async (scope: string, early: boolean): Promise<Prepared<Tables>> => {
    counts.runs += 1;
    const id = randomUUID();
    const answer = { status: 201, contentType: 'application/json', body: `{"id":"${id}"}` };
    const write = async (trx: Parameters<Prepared<Tables>['write']>[0]) => {
      await trx.insertInto('works').values({ ods_code: scope, id }).execute();
      await appendAudit(trx, Date.now(), [{ action: 'work.done', subject: { id } }]);
      return answer;
    };
    return early ? { answer, write } : { write };
  };
  const call = (options: Call = {}, early = true) => {
    const { scope = 'ZZA01', body = '{"a":1}' } = options;
    const key = 'key' in options ? options.key : 'key-1';
    return idempotency.answerOnce(
      {
        transact: (fn) => inTenant(db, scope, fn),
        scope,
        key,
        request: { method: 'POST', path: '/credentials/issue', body },
      },
      () => prepare(scope, early),
    );
  };
  const works = async () => (await db.selectFrom('works').select('id').execute()).length;
  const auditRows = async () => (await readAuditHeads(db)).reduce((sum, { seq }) => sum + seq, 0);
  return { db, idempotency, call, counts, works, auditRows };
}
