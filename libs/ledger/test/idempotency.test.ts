import t from 'tap';
import { asRole, inClient, inTenant, inTransaction } from '#kit/database';
import { clientScope, purgeAnswers } from '../idempotency.ts';
import { createProcess, setUp } from './helper.ts';

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
