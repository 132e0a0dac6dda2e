import type { Transaction } from 'kysely';
import t from 'tap';
import { inTenant } from '#kit/database';
import { VcError } from '#vc/error';
import { type AnswerRow, storeAnswers } from '../idempotency.ts';
import { createProcess, setUp, type Tables } from './helper.ts';

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
