import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import t, { type Test } from 'tap';
import { asRole, inClient, inTenant, inTransaction } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { VcError } from '#vc/error';
import { appendAudit, readAuditHeads } from '../audit.ts';
import {
  type AnswerRow,
  clientScope,
  createIdempotency,
  type Prepared,
  purgeAnswers,
  storeAnswers,
} from '../idempotency.ts';
import { connect, type Tables } from './helper.ts';

interface Call {
  scope?: string;
  key?: string | undefined;
  body?: string;
}

async function setUp(test: Test) {
  const database = await createTestDatabase(test);
  const admin = connect(test, database.adminUrl, 1);
  await sql`create table issuer.works (ods_code text, id text)`.execute(admin);
  await sql`grant select, insert on issuer.works to issuer_login`.execute(admin);
  return database.url('issuer');
}

// one process: a pool and single flights of its own
function createProcess(test: Test, url: string) {
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

for (const early of [true, false]) {
  const when = early ? 'before' : 'inside';
  t.test(
    `fifty duplicates at once cost one work and get the same bytes (answer made ${when} the transaction)`,
    async (t) => {
      const { call, counts, works, auditRows } = createProcess(t, await setUp(t));
      const answers = await Promise.all(Array.from({ length: 50 }, () => call({}, early)));
      t.equal(counts.runs, 1);
      t.equal(new Set(answers.map(({ body }) => body)).size, 1);
      t.equal(answers.filter(({ replayed }) => !replayed).length, 1);
      t.equal(await works(), 1);
      t.equal(await auditRows(), 1);
      const later = await call({}, early);
      t.strictSame(later, { ...answers[0], replayed: true });
      t.equal(counts.runs, 1);
    },
  );

  t.test(
    `processes that race commit one answer and all give it (answer made ${when} the transaction)`,
    async (t) => {
      const url = await setUp(t);
      const processes = [createProcess(t, url), createProcess(t, url), createProcess(t, url)];
      for (let round = 0; round < 10; round += 1) {
        const key = `round-${round}`;
        const answers = await Promise.all(processes.map(({ call }) => call({ key }, early)));
        t.equal(new Set(answers.map(({ body }) => body)).size, 1);
        t.equal(answers.filter(({ replayed }) => !replayed).length, 1);
      }
      t.equal(await processes[0]?.works(), 10);
      t.equal(await processes[0]?.auditRows(), 10);
    },
  );
}

t.test(
  'the same key with another body is refused, also while the first is under way',
  async (t) => {
    const { call, works } = createProcess(t, await setUp(t));
    const reused = { code: 'IDEMPOTENCY_KEY_REUSED' };
    const first = call();
    await t.rejects(call({ body: '{"a":2}' }), reused);
    t.equal((await first).status, 201);
    await t.rejects(call({ body: '{"a":2}' }), reused);
    t.equal(await works(), 1);
  },
);

t.test(
  'processes that race with one key and two bodies: one is answered, one is refused',
  async (t) => {
    const url = await setUp(t);
    const [one, two] = [createProcess(t, url), createProcess(t, url)];
    const outcomes = await Promise.allSettled([one.call(), two.call({ body: '{"a":2}' })]);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    t.equal(refused.length, 1);
    t.match(refused[0], { reason: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    t.equal(await one.works(), 1);
  },
);

t.test(
  'the same key of another trust is another key, and its answer is not to be seen',
  async (t) => {
    const { call, counts, db } = createProcess(t, await setUp(t));
    const mine = await call();
    const theirs = await call({ scope: 'ZZB02' });
    t.not(theirs.body, mine.body);
    t.equal(counts.runs, 2);
    const seen = await inTenant(db, 'ZZB02', (trx) =>
      trx.selectFrom('idempotency_keys').select(['scope', 'body']).execute(),
    );
    t.strictSame(seen, [{ scope: 'ZZB02', body: theirs.body }]);
    t.strictSame(await db.selectFrom('idempotency_keys').select('scope').execute(), []);
  },
);

t.test('a client that acts for no trust has a scope of its own', async (t) => {
  const { idempotency, db } = createProcess(t, await setUp(t));
  const answer = { status: 200, contentType: 'application/json', body: '{}' };
  const call = (clientId: string, scope: string) =>
    idempotency.answerOnce(
      {
        transact: (fn) => inClient(db, clientId, fn),
        scope,
        key: 'k',
        request: { method: 'POST', path: '/', body: '' },
      },
      async () => ({ answer, write: async () => {} }),
    );
  t.strictSame(await call('admin-1', clientScope('admin-1')), { ...answer, replayed: false });
  t.strictSame(await call('admin-1', clientScope('admin-1')), { ...answer, replayed: true });
  await t.rejects(call('admin-2', clientScope('admin-1')), { code: '42501' });
  await t.rejects(call('ZZA01', 'ZZA01'), { code: '42501' });
});

t.test('a key is 1 to 255 visible ASCII characters', async (t) => {
  const { call } = createProcess(t, await setUp(t));
  t.equal((await call({ key: 'k'.repeat(255) })).status, 201);
  for (const key of ['', 'k'.repeat(256), 'two words', 'clé', 'nul\0']) {
    await t.rejects(call({ key }), { code: 'IDEMPOTENCY_KEY_INVALID' });
  }
});

t.test('without a key the work runs each time and nothing is remembered', async (t) => {
  const { call, counts, works } = createProcess(t, await setUp(t));
  const first = await call({ key: undefined });
  const second = await call({ key: undefined });
  t.not(first.body, second.body);
  t.equal(counts.runs, 2);
  t.equal(await works(), 2);
});

t.test('an error is not remembered: what waited gets it, a retry runs again', async (t) => {
  const { db, idempotency, call, works } = createProcess(t, await setUp(t));
  let runs = 0;
  const failing = () =>
    idempotency.answerOnce(
      {
        transact: (fn) => inTenant(db, 'ZZA01', fn),
        scope: 'ZZA01',
        key: 'key-1',
        request: { method: 'POST', path: '/credentials/issue', body: '{"a":1}' },
      },
      async () => {
        runs += 1;
        throw new VcError('CONFLICT', 'not now');
      },
    );
  const outcomes = await Promise.allSettled([failing(), failing()]);
  t.match(outcomes, [{ reason: { code: 'CONFLICT' } }, { reason: { code: 'CONFLICT' } }]);
  t.equal(runs, 1);
  t.equal((await call()).replayed, false);
  t.equal(await works(), 1);
});

t.test('an error in the transaction leaves neither work nor answer', async (t) => {
  const { db, idempotency, call, works } = createProcess(t, await setUp(t));
  const failing = idempotency.answerOnce(
    {
      transact: (fn) => inTenant(db, 'ZZA01', fn),
      scope: 'ZZA01',
      key: 'key-1',
      request: { method: 'POST', path: '/credentials/issue', body: '{"a":1}' },
    },
    async () => ({
      answer: { status: 201, contentType: 'application/json', body: '{}' },
      write: async (trx) => {
        await trx.insertInto('works').values({ ods_code: 'ZZA01', id: 'lost' }).execute();
        throw new VcError('SERVICE_UNAVAILABLE', 'audit');
      },
    }),
  );
  await t.rejects(failing, { code: 'SERVICE_UNAVAILABLE' });
  t.equal(await works(), 0);
  t.equal((await call()).replayed, false);
});

t.test(
  'an answer whose COMMIT went through while its reply was lost is found by the same request',
  async (t) => {
    const { db, idempotency, works } = createProcess(t, await setUp(t));
    let lost = 0;
    const answer = { status: 201, contentType: 'application/json', body: '{"id":"1"}' };
    const result = await idempotency.answerOnce(
      {
        transact: async (fn) => {
          const value = await inTenant(db, 'ZZA01', fn);
          // the second transaction is the one that writes
          lost += 1;
          if (lost === 2) throw new VcError('SERVICE_UNAVAILABLE', 'the reply to COMMIT was lost');
          return value;
        },
        scope: 'ZZA01',
        key: 'key-1',
        request: { method: 'POST', path: '/', body: '' },
      },
      async () => ({
        answer,
        write: (trx) => trx.insertInto('works').values({ ods_code: 'ZZA01', id: '1' }).execute(),
      }),
    );
    t.strictSame(result, { ...answer, replayed: true });
    t.equal(await works(), 1);
  },
);

t.test(
  'a commit shared with others stands for the own one, and only when it was made',
  async (t) => {
    const { db, idempotency, works } = createProcess(t, await setUp(t));
    const transact = <T>(fn: (trx: Transaction<Tables>) => Promise<T>) => inTenant(db, 'ZZA01', fn);
    const answer = { status: 201, contentType: 'application/json', body: '{}' };
    const call = (
      key: string | undefined,
      share: (rows: readonly AnswerRow[]) => Promise<boolean>,
    ) =>
      idempotency.answerOnce(
        { transact, scope: 'ZZA01', key, request: { method: 'POST', path: '/', body: '' } },
        async () => ({
          answer,
          write: (trx) => trx.insertInto('works').values({ ods_code: 'ZZA01', id: '1' }).execute(),
          share,
        }),
      );
    const store = async (rows: readonly AnswerRow[]) => {
      await transact((trx) => storeAnswers(trx, 0, rows));
      return true;
    };
    t.strictSame(await call('shared', store), { ...answer, replayed: false });
    t.strictSame(await call('shared', store), { ...answer, replayed: true }, 'it is remembered');
    t.equal(await works(), 0, 'and nothing else was written');

    t.strictSame(await call('alone', async () => false), { ...answer, replayed: false });
    t.strictSame(await call('alone', async () => false), { ...answer, replayed: true });
    t.equal(await works(), 1);
    t.match(await call(undefined, async (rows) => rows.length === 0), { replayed: false });
    t.equal(await works(), 1, 'without a key there is no row to share');

    const lost = async (rows: readonly AnswerRow[]) => {
      await store(rows);
      throw new VcError('SERVICE_UNAVAILABLE', 'the reply to COMMIT was lost');
    };
    t.strictSame(await call('lost', lost), { ...answer, replayed: true });
    const failing = call('failing', async () => {
      throw new VcError('SERVICE_UNAVAILABLE', 'the database is lost');
    });
    await t.rejects(failing, { code: 'SERVICE_UNAVAILABLE' });
    t.equal(await works(), 1, 'nobody goes alone after the database was lost');
  },
);

t.test('old answers are purged under the jobs role only', async (t) => {
  const { call, counts, db } = createProcess(t, await setUp(t));
  await call();
  const purge = (olderThan: Date) =>
    asRole(db, 'issuer_jobs', (trx) => purgeAnswers(trx, olderThan));
  t.equal(await purge(new Date(Date.now() - 86_400_000)), 0);
  t.equal((await call()).replayed, true);
  await t.rejects(
    inTransaction(db, (trx) => purgeAnswers(trx, new Date())),
    { code: '42501' },
  );
  t.equal(await purge(new Date(Date.now() + 1_000)), 1);
  t.equal((await call()).replayed, false);
  t.equal(counts.runs, 2);
});
