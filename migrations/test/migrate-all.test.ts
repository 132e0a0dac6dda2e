import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { startTestServer } from '#kit/testing';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import { migrateAll, SERVICES } from '../migrate-all.ts';
import { scramVerifier } from '../scram.ts';

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function makeTempDir(test: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'staff-passport-migrate-'));
  test.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

t.test('every schema is built once, by runs that meet on one database or on two', async (t) => {
  const server = await startTestServer();
  t.teardown(() => server.stop());
  await query(server.url(), 'create database one');
  await query(server.url(), 'create database two');
  const [first, second] = [server.url('one'), server.url('two')];
  const done = (await Promise.all([first, first, second].map((url) => migrateAll(url)))).flat();
  for (const schema of Object.values(SERVICES)) {
    t.equal(done.filter((line) => line === `${schema}: 0001-base`).length, 2);
  }
  t.strictSame(await migrateAll(first), []);
  const owners = await query(
    first,
    `select distinct schemaname || ':' || tableowner as owner from pg_tables
     where tablename in ('audit', 'idempotency_keys', 'schema_migrations') order by 1`,
  );
  t.strictSame(
    owners.map(({ owner }) => owner),
    Object.values(SERVICES)
      .map((schema) => `${schema}:${schema}_owner`)
      .toSorted(),
  );
});

t.test(
  'no login owns anything, is privileged, or has a grant in the schema of another',
  async (t) => {
    const server = await startTestServer();
    t.teardown(() => server.stop());
    await migrateAll(server.url());
    const owned = `select count(*)::integer as n from pg_class join pg_roles r on r.oid = relowner
    where r.rolname like '%_login' or r.rolname like '%_jobs'`;
    t.strictSame(await query(server.url(), owned), [{ n: 0 }]);
    const privileged = `select count(*)::integer as n from pg_roles where rolname ~ '_(login|jobs|owner|auditor)$'
    and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)`;
    t.strictSame(await query(server.url(), privileged), [{ n: 0 }]);
    const foreign = `select count(*)::integer as n from pg_roles r cross join pg_namespace s
    where r.rolname ~ '_(login|jobs)$' and s.nspname !~ '^(pg_|information_schema|public)'
    and has_schema_privilege(r.oid, s.oid, 'usage')
    and r.rolname not in (s.nspname || '_login', s.nspname || '_jobs')`;
    t.strictSame(await query(server.url(), foreign), [{ n: 0 }]);
  },
);

t.test('an administrator who may only create roles is enough', async (t) => {
  const server = await startTestServer();
  t.teardown(() => server.stop());
  await query(server.url(), 'create role dba login createrole nosuperuser');
  await query(server.url(), 'create database cell owner dba');
  const done = await migrateAll(server.url('cell', 'dba'));
  t.ok(done.includes('issuer: 0001-base'));
  t.strictSame(await migrateAll(server.url('cell', 'dba')), []);
});

t.test('logins get the passwords of their files and no other lets them in', async (t) => {
  const directory = await makeTempDir(t);
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, 'data'),
    password: 'of-the-superuser',
    settings: { fsync: 'off' },
  });
  t.teardown(() => server.stop());
  const passwordsDir = await makeTempDir(t);
  await writeFile(join(passwordsDir, 'issuer'), 'a-long-password-1\n');
  const done = await migrateAll(server.url(), { passwordsDir });
  t.ok(done.includes('issuer: password of issuer_login set'));
  const url = (password: string) => server.url('postgres', 'issuer_login', password);
  t.strictSame(await query(url('a-long-password-1'), 'select 1 as n'), [{ n: 1 }]);
  await t.rejects(query(url('a-long-password-2'), 'select 1'), { code: '28P01' });
  const verifier = server.url('postgres', 'verifier_login', 'a-long-password-1');
  await t.rejects(query(verifier, 'select 1'), { code: '28P01' });
});

t.test('a short or unusual password is refused before the server sees it', async (t) => {
  t.match(scramVerifier('twelve-chars'), /^SCRAM-SHA-256\$4096:/);
  t.throws(() => scramVerifier('eleven-char'), /12 or more/);
  t.throws(() => scramVerifier('twelve chars or so'), /12 or more/);
});
