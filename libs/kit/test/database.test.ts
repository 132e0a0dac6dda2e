import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import t, { type Test } from 'tap';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import { grantTable, tenantTable } from '../../../migrations/shared.ts';
import {
  asRole,
  createKysely,
  createPool,
  inTenant,
  inTransaction,
  isUniqueViolation,
  runAlone,
} from '../database.ts';
import { createTestDatabase, startTestServer } from '../testing.ts';

t.test('a login signs in with the password that its file holds', async (test) => {
  const dataDir = test.testdir({ password: 'a pass/word: with @ signs\n' });
  const password = 'a pass/word: with @ signs';
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), password });
  test.teardown(() => server.stop());
  const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const options = { url, applicationName: 'test', onError: () => undefined };
  const pool = createPool({ ...options, passwordFile: join(dataDir, 'password') });
  test.same((await pool.query('select 1 as one')).rows, [{ one: 1 }]);
  await pool.end();
  const without = createPool(options);
  await test.rejects(without.query('select 1'));
  await without.end();
});

interface Tables {
  notes: { ods_code: string; text: string };
}

function connect(test: Test, url: string, max = 5) {
  const errors: Error[] = [];
  const pool = createPool({
    url,
    max,
    applicationName: 'test',
    onError: (error) => errors.push(error),
    statementTimeoutMs: 1_000,
    connectTimeoutMs: 500,
  });
  test.teardown(() => pool.end());
  return { db: createKysely<Tables>(pool), pool, errors };
}

async function withNotes(test: Test) {
  const database = await createTestDatabase(test);
  const ownerUrl = `${database.adminUrl}?options=-c%20role%3Dissuer_owner`;
  const owner = connect(test, ownerUrl).db;
  await sql`create table issuer.notes (ods_code text not null, text text unique)`.execute(owner);
  await tenantTable(owner as Kysely<unknown>, 'issuer', 'notes');
  await grantTable(owner as Kysely<unknown>, 'issuer', 'notes', {
    login: 'select, insert, update',
    jobs: 'select',
  });
  const ownerRows = async () =>
    (await sql`select text from issuer.notes`.execute(owner)).rows.length;
  const { db, pool, errors } = connect(test, database.url('issuer'));
  await inTenant(db, 'ZZA01', (trx) =>
    trx.insertInto('notes').values({ ods_code: 'ZZA01', text: 'a' }).execute(),
  );
  return { db, pool, errors, ownerRows, database };
}

t.test('a trust sees its own rows; another trust, no trust and the owner see none', async (t) => {
  const { db, ownerRows } = await withNotes(t);
  const texts = (odsCode: string) =>
    inTenant(db, odsCode, async (trx) =>
      (await trx.selectFrom('notes').select('text').execute()).map(({ text }) => text),
    );
  t.strictSame(await texts('ZZA01'), ['a']);
  t.strictSame(await texts('ZZB02'), []);
  t.strictSame(await texts(''), []);
  t.strictSame(await db.selectFrom('notes').select('text').execute(), []);
  t.equal(await ownerRows(), 0);
});

t.test('a row of another trust is neither inserted nor changed', async (t) => {
  const { db } = await withNotes(t);
  await t.rejects(
    inTenant(db, 'ZZB02', (trx) =>
      trx.insertInto('notes').values({ ods_code: 'ZZA01', text: 'planted' }).execute(),
    ),
    { code: '42501' },
  );
  const [changed] = await inTenant(db, 'ZZB02', (trx) =>
    trx.updateTable('notes').set({ text: 'taken' }).execute(),
  );
  t.equal(changed?.numUpdatedRows, 0n);
  await t.rejects(
    inTenant(db, 'ZZA01', (trx) => trx.updateTable('notes').set({ ods_code: 'ZZB02' }).execute()),
    { code: '42501' },
  );
});

t.test('the jobs role works across trusts for one transaction, with its own grants', async (t) => {
  const { db, pool } = await withNotes(t);
  const seen = await asRole(db, 'issuer_jobs', (trx) =>
    trx.selectFrom('notes').select('text').execute(),
  );
  t.strictSame(seen, [{ text: 'a' }]);
  await t.rejects(
    asRole(db, 'issuer_jobs', (trx) => trx.updateTable('notes').set({ text: 'x' }).execute()),
    { code: '42501' },
  );
  t.strictSame(await db.selectFrom('notes').select('text').execute(), []);
  t.equal(pool.totalCount, 1);
});

t.test(
  'the login of a service cannot enter the schema of another, nor own or make anything',
  async (t) => {
    const { db } = await withNotes(t);
    await t.rejects(sql`select * from verifier.idempotency_keys`.execute(db), { code: '42501' });
    await t.rejects(sql`create table mine (n integer)`.execute(db), { code: '42501' });
    await t.rejects(sql`alter table notes disable row level security`.execute(db), {
      code: '42501',
    });
    await t.rejects(
      asRole(db, 'issuer_owner', async () => {}),
      { code: '42501' },
    );
    await t.rejects(
      asRole(db, 'verifier_jobs', async () => {}),
      { code: '42501' },
    );
  },
);

t.test('values come as they are: safe integers, days as text, instants as dates', async (t) => {
  const { db } = connect(t, (await createTestDatabase(t)).url('issuer'));
  const { rows } = await sql`select 9007199254740991::int8 as n, date '2026-02-28' as day,
    timestamptz '2026-02-28T10:00:00Z' as instant, 1.10::numeric as amount`.execute(db);
  t.strictSame(rows, [
    {
      n: Number.MAX_SAFE_INTEGER,
      day: '2026-02-28',
      instant: new Date('2026-02-28T10:00:00Z'),
      amount: '1.10',
    },
  ]);
  await t.rejects(sql`select 9007199254740992::int8 as n`.execute(db), { name: 'RangeError' });
});

t.test('a unique violation is told apart by its constraint', async (t) => {
  const { db } = await withNotes(t);
  const error: unknown = await inTenant(db, 'ZZA01', (trx) =>
    trx.insertInto('notes').values({ ods_code: 'ZZA01', text: 'a' }).execute(),
  ).catch((fault: unknown) => fault);
  t.ok(isUniqueViolation(error));
  t.ok(isUniqueViolation(error, 'notes_text_key'));
  t.notOk(isUniqueViolation(error, 'notes_pkey'));
  t.notOk(isUniqueViolation(new Error('23505')));
});

t.test('an error inside a transaction rolls it back and comes out as it was', async (t) => {
  const { db } = await withNotes(t);
  const fault = new Error('no');
  const failing = inTenant(db, 'ZZA01', async (trx) => {
    await trx.insertInto('notes').values({ ods_code: 'ZZA01', text: 'b' }).execute();
    throw fault;
  });
  t.equal(await failing.catch((error: unknown) => error), fault);
  const count = await asRole(db, 'issuer_jobs', (trx) =>
    trx.selectFrom('notes').selectAll().execute(),
  );
  t.equal(count.length, 1);
});

t.test('a statement that takes too long is SERVICE_UNAVAILABLE', async (t) => {
  const { db } = connect(t, (await createTestDatabase(t)).url('issuer'));
  await t.rejects(sql`select pg_sleep(5)`.execute(db), { code: 'SERVICE_UNAVAILABLE' });
  t.strictSame((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
});

t.test(
  'a connection that is killed inside a transaction is SERVICE_UNAVAILABLE and is not used again',
  async (t) => {
    const database = await createTestDatabase(t);
    const { db } = connect(t, database.url('issuer'), 1);
    const admin = connect(t, database.adminUrl);
    const killed = inTransaction(db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(admin.db);
      await sql`select 1`.execute(trx);
    });
    await t.rejects(killed, { code: 'SERVICE_UNAVAILABLE' });
    t.strictSame((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
  },
);

t.test(
  'a connection that is killed in the packet that made it ready ends no process',
  async (t) => {
    const { db, pool } = connect(t, (await createTestDatabase(t)).url('issuer'), 1);
    // after the pool let go of it, before whoever waits for it goes on
    pool.once('acquire', (client) => {
      queueMicrotask(() => client.emit('error', new Error('terminated')));
    });
    t.strictSame((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
  },
);

t.test('a pool without a free connection is SERVICE_UNAVAILABLE, not a hang', async (t) => {
  const { db } = connect(t, (await createTestDatabase(t)).url('issuer'), 1);
  await inTransaction(db, async () => {
    await t.rejects(sql`select 1`.execute(db), { code: 'SERVICE_UNAVAILABLE' });
  });
});

t.test('of two that want to run alone one does, and a fault lets the next one in', async (t) => {
  const database = (await createTestDatabase(t)).url('issuer');
  const [one, other] = [connect(t, database).db, connect(t, database).db];
  const meanwhile: boolean[] = [];
  const ran = await runAlone(one, 'test', async () => {
    meanwhile.push(await runAlone(other, 'test', () => Promise.reject(new Error('it ran'))));
    meanwhile.push(await runAlone(other, 'another name', async () => {}));
  });
  t.equal(ran, true);
  t.same(meanwhile, [false, true]);
  await t.rejects(
    runAlone(one, 'test', () => Promise.reject(new Error('it failed'))),
    /it failed/,
  );
  t.equal(await runAlone(other, 'test', async () => {}), true);
});

t.test('the pool outlives its PostgreSQL and serves again when it is back', async (t) => {
  const server = await startTestServer();
  const { db, errors } = connect(t, server.url());
  await sql`select 1`.execute(db);
  process.kill(server.pid, 'SIGKILL');
  await server.stop();
  await t.rejects(sql`select 1`.execute(db), { code: 'SERVICE_UNAVAILABLE' });
  await t.rejects(
    inTenant(db, 'ZZA01', async () => {}),
    { code: 'SERVICE_UNAVAILABLE' },
  );
  t.ok(errors.length >= 1);

  const again = await startTestServer(server.port);
  t.teardown(() => again.stop());
  t.strictSame((await sql`select 1 as n`.execute(db)).rows, [{ n: 1 }]);
});
