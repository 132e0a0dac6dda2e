import t from 'tap';
import { verifyAnswer } from '#trust/signed-answer';
import { ASHMERE_DID, build, CELL_DID, NOW, SOUTHMERE_DID, type TestRegistry } from './helper.ts';
import { ask as askRegistry, post, QUERY as AUTHORIZATION } from './trqp.ts';

const QUERY = {
  entity_id: SOUTHMERE_DID,
  authority_id: CELL_DID,
  action: 'recognize',
  resource: AUTHORIZATION.resource,
};

const ask = (registry: TestRegistry, change: Record<string, unknown> = {}) =>
  askRegistry(registry, { ...QUERY, ...change }, 'recognition');

t.test('a cell that the anchor admits is recognised, for a type and as a cell', async (t) => {
  const registry = await build(t);
  t.same(await ask(registry), {
    ...QUERY,
    recognized: true,
    time_evaluated: '2026-11-22T16:00:00Z',
    message: 'The anchor admits the entity as a cell',
  });
  t.equal((await ask(registry, { resource: SOUTHMERE_DID })).recognized, true);
  const { anchor } = registry.genesis.genesis;
  t.equal((await ask(registry, { authority_id: anchor })).recognized, true);
  const own = await ask(registry, { authority_id: anchor, entity_id: CELL_DID });
  t.equal(own.recognized, true, 'the anchor recognises this cell');
});

t.test('whatever else is asked is not recognised, and the message says why', async (t) => {
  const registry = await build(t);
  t.equal((await ask(registry)).recognized, true);
  for (const [change, message] of [
    [{ entity_id: 'did:web:elsewhere.example' }, /does not admit/],
    [{ entity_id: ASHMERE_DID }, /does not admit/],
    [{ entity_id: `${SOUTHMERE_DID}:trusts:ZZS01` }, /does not admit/],
    [{ entity_id: CELL_DID }, /themselves/],
    [{ authority_id: SOUTHMERE_DID }, /answers for/],
    [{ action: 'issue' }, /only action/],
    [{ resource: 'FireSafetyCredential' }, /resource/],
    [{ resource: CELL_DID }, /resource/],
  ] as const) {
    const answer = await ask(registry, change);
    t.equal(answer.recognized, false);
    t.match(answer.message, message);
  }
});

t.test('a cell is recognised for the time of its admission', async (t) => {
  const admission = { admittedAt: '2026-03-01T00:00:00Z', withdrawnAt: '2026-10-01T00:00:00Z' };
  const registry = await build(t, { southmere: admission });
  for (const [time, recognized] of [
    ['2026-02-28T23:59:59Z', false],
    ['2026-03-01T00:00:00Z', true],
    ['2026-09-30T23:59:59Z', true],
    ['2026-10-01T00:00:00Z', false],
  ] as const) {
    const answer = await ask(registry, { context: { time } });
    t.match(answer, { recognized, time_requested: time });
  }
  t.equal((await ask(registry)).recognized, false);
});

t.test('of the future nothing is recognised', async (t) => {
  const registry = await build(t);
  const future = await ask(registry, { context: { time: '2027-01-01T00:00:00Z' } });
  t.match(future, { recognized: false, message: /future/ });
});

t.test('what was known of cells at a moment is not kept, so it cannot be asked', async (t) => {
  const registry = await build(t);
  const url = '/recognition';
  t.equal((await post(registry, QUERY, { url })).statusCode, 200);
  for (const context of [{ known_at: '2026-11-01T00:00:00Z' }, { time: 'yesterday' }]) {
    const refused = await post(registry, { ...QUERY, context }, { url });
    t.match(refused.json(), {
      code: 'INVALID_REQUEST',
      errors: [{ pointer: `/context/${Object.keys(context)[0]}` }],
    });
  }
});

t.test('a recognition too is signed for whoever accepts a JWT', async (t) => {
  const registry = await build(t);
  const signed = await post(registry, QUERY, { url: '/recognition', accept: 'application/jwt' });
  const query = Buffer.from(JSON.stringify(QUERY));
  const { answer } = await verifyAnswer(signed.body, { cell: registry.cell, query, now: NOW });
  t.same(answer, await ask(registry));
});
