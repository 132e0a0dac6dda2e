import t from 'tap';
import { typeIri } from '#catalogue/catalogue';
import { verifyAnswer } from '#trust/signed-answer';
import {
  ASHMERE_DID,
  build,
  buildNorthmoor,
  CELL_DID,
  DAY,
  NOW,
  type TestRegistry,
} from './helper.ts';
import { ask as askRegistry, post, QUERY } from './trqp.ts';

const ask = (registry: TestRegistry, change: Record<string, unknown> = {}) =>
  askRegistry(registry, { ...QUERY, ...change });

async function buildAccredited(t: Parameters<typeof buildNorthmoor>[0]) {
  const registry = await buildNorthmoor(t);
  const id = await registry.seed.accreditation('ZZA01', { validUntil: NOW + 10 * DAY });
  return {
    ...registry,
    withdraw: (forCause: boolean) => registry.seed.withdrawal('ZZA01', id, forCause),
  };
}

function day(days: number): string {
  return new Date(NOW + days * DAY).toISOString();
}

t.test(
  'an accredited trust is authorized, in the form of the protocol and without a token',
  async (t) => {
    const registry = await buildAccredited(t);
    t.same(await ask(registry), {
      ...QUERY,
      authorized: true,
      time_evaluated: '2026-11-22T16:00:00Z',
      message: 'The entity is accredited for this',
    });
  },
);

t.test('the context and the time asked for come back', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 2 * DAY;
  const context = { time: '2026-11-23T16:00:00Z', locator: 'a', reason: 'b' };
  t.match(await ask(registry, { context }), {
    authorized: true,
    context,
    time_requested: context.time,
    time_evaluated: '2026-11-24T16:00:00Z',
  });
});

t.test('an empty registry denies whatever is asked', async (t) => {
  const accredited = await buildAccredited(t);
  const empty = await build(t);
  for (const action of ['issue', 'request']) {
    for (const context of [undefined, { time: day(0) }, { known_at: day(-1) }]) {
      const answer = await ask(empty, { action, ...(context && { context }) });
      t.equal(answer.authorized, false);
      t.match(answer.message, /not registered/);
    }
  }
  t.equal((await ask(accredited)).authorized, true);
});

t.test('without its database the registry answers nothing: 503, and no default', async (t) => {
  const registry = await buildAccredited(t);
  t.equal((await post(registry, QUERY)).statusCode, 200);
  await registry.loseDatabase();
  const paths = ['/v1/organisations', '/v1/organisations/ZZA01', '/trusts/ZZA01/did.json'];
  for (const path of [...paths, '/v1/snapshot', '/v1/snapshot/changes?since=0']) {
    t.equal((await registry.get(path)).statusCode, 503, path);
  }
  const answer = await post(registry, QUERY);
  t.equal(answer.json().code, 'SERVICE_UNAVAILABLE');
  t.equal(answer.json().authorized, undefined);
});

t.test(
  'what this authority cannot vouch for is not authorized, and the message says why',
  async (t) => {
    const registry = await buildAccredited(t);
    t.equal((await ask(registry)).authorized, true);
    for (const [change, message] of [
      [{ authority_id: 'did:web:elsewhere.example' }, /authority/],
      [{ authority_id: ASHMERE_DID }, /authority/],
      [{ entity_id: `${CELL_DID}:trusts:ZZZ99` }, /not registered/],
      [{ entity_id: 'did:web:elsewhere.example:trusts:ZZA01' }, /not registered/],
      [{ entity_id: 'ZZA01' }, /not registered/],
      [{ action: 'request' }, /not accredited/],
      [{ action: 'govern' }, /neither issue nor request/],
      [{ resource: 'FireSafetyCredential' }, /not the IRI/],
      [{ resource: typeIri('MadeUpCredential') }, /not the IRI/],
      [{ resource: typeIri('RightToWorkCredential') }, /not accredited/],
      [{ context: { purpose: 'recruitment' } }, /Only a request/],
    ] as const) {
      const answer = await ask(registry, change);
      t.equal(answer.authorized, false);
      t.match(answer.message, message);
    }
  },
);

t.test('a lapsed accreditation answers no for now and yes for a time inside it', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 20 * DAY;
  const now = await ask(registry);
  t.equal(now.authorized, false);
  t.match(now.message, /had ended/);
  t.equal((await ask(registry, { context: { time: day(3) } })).authorized, true);
  t.equal((await ask(registry, { context: { time: day(-1) } })).authorized, false);
});

t.test(
  'after a withdrawal for cause the answer is no for every time, by present knowledge',
  async (t) => {
    const registry = await buildAccredited(t);
    registry.clock.now = NOW + 2 * DAY;
    t.equal((await ask(registry, { context: { time: day(1) } })).authorized, true);
    await registry.withdraw(true);
    t.equal((await ask(registry)).authorized, false);
    const then = await ask(registry, { context: { time: day(1) } });
    t.equal(then.authorized, false);
    t.match(then.message, /for cause/);
  },
);

t.test('what was known before a withdrawal for cause stays answered as it was known', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 2 * DAY;
  await registry.withdraw(true);
  const known = (known_at: string) => ask(registry, { context: { time: day(1), known_at } });
  t.equal((await known(day(1))).authorized, true);
  t.equal((await known(day(2))).authorized, false);
  const atOnce = await ask(registry, { context: { known_at: day(1) } });
  t.equal(atOnce.authorized, true, 'without a time, of the moment of knowledge itself');
  const before = await ask(registry, { context: { time: day(-1), known_at: day(-1) } });
  t.equal(before.authorized, false, 'nothing was known yet');
});

t.test('what is known at a moment is answered for when no change can alter it', async (t) => {
  const registry = await buildNorthmoor(t);
  const { clock } = registry;
  const last = NOW + DAY;
  clock.now = last;
  await registry.seed.accreditation('ZZA01', { validFrom: NOW });
  const known = (at: number) =>
    post(registry, { ...QUERY, context: { known_at: new Date(at).toISOString() } });
  t.equal((await known(last)).json().authorized, true, 'the last change was recorded then');
  clock.now = last + DAY;
  t.equal((await known(clock.now - 60_000)).json().authorized, true);
  for (const at of [clock.now - 59_000, clock.now, clock.now + 1_000]) {
    t.match((await known(at)).json(), {
      code: 'INVALID_REQUEST',
      errors: [{ pointer: '/context/known_at' }],
    });
  }
});

t.test('after any other withdrawal the answer is no from then on', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 2 * DAY;
  await registry.withdraw(false);
  t.equal((await ask(registry)).authorized, false);
  t.equal((await ask(registry, { context: { time: day(1) } })).authorized, true);
});

t.test('a trust is authorized for the times at which it stood registered', async (t) => {
  const registry = await build(t);
  const { clock, seed } = registry;
  await seed.organisation({ odsCode: 'QZN', name: 'Northmoor', kind: 'ics' });
  await seed.organisation({ odsCode: 'ZZA01', name: 'Ashmere', status: 'invited' });
  await seed.organisation({ odsCode: 'ZZB02', name: 'Brackendale' });
  await seed.accreditation('ZZA01');
  for (const [days, status] of [
    [2, 'registered'],
    [4, 'suspended'],
    [6, 'registered'],
    [8, 'merged'],
  ] as const) {
    clock.now = NOW + days * DAY;
    await seed.status('ZZA01', status, status === 'merged' ? 'ZZB02' : undefined);
  }
  clock.now = NOW + 10 * DAY;
  for (const [days, authorized, message] of [
    [1, false, /not registered/],
    [3, true, /accredited/],
    [5, false, /suspended/],
    [7, true, /accredited/],
    [9, false, /closed, or merged/],
  ] as const) {
    const answer = await ask(registry, { context: { time: day(days) } });
    t.equal(answer.authorized, authorized, `day ${days}`);
    t.match(answer.message, message);
  }
});

t.test('a request may be for its purposes and its claims only', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.accreditation('ZZA01', {
    action: 'request',
    credentialType: 'FireSafetyCredential',
    purposes: ['recruitment', 'rotation'],
    claims: ['subjectName', 'subjectLevel'],
  });
  const request = (context: Record<string, string>) =>
    ask(registry, { action: 'request', context });
  t.equal((await request({})).authorized, true);
  t.equal((await request({ purpose: 'rotation' })).authorized, true);
  t.match(await request({ purpose: 'marketing' }), { authorized: false, message: /purpose/ });
  t.equal((await request({ claims: 'subjectLevel, subjectName' })).authorized, true);
  for (const claims of ['subjectName,completedDate', 'nhsNumber', '', 'subjectName,']) {
    t.match(await request({ claims }), { authorized: false, message: /claims/ });
  }
});

t.test('of the future nothing is known', async (t) => {
  const registry = await buildAccredited(t);
  t.equal((await ask(registry, { context: { time: '2026-11-22T16:00:30Z' } })).authorized, true);
  const future = await ask(registry, { context: { time: '2026-11-23T16:00:00Z' } });
  t.equal(future.authorized, false);
  t.match(future.message, /future/);
  registry.clock.now = NOW + 2 * DAY;
  const context = { time: '2026-11-23T16:00:00Z', known_at: '2026-11-22T16:00:00Z' };
  t.match(await ask(registry, { context }), { authorized: false, message: /future/ });
});

t.test('a time that is not RFC 3339 in UTC is the caller’s mistake', async (t) => {
  const registry = await buildAccredited(t);
  t.equal((await post(registry, QUERY)).statusCode, 200);
  for (const name of ['time', 'known_at']) {
    for (const time of ['yesterday', '2026-02-30T00:00:00Z', '2026-11-22T16:00:00+01:00', '']) {
      const refused = await post(registry, { ...QUERY, context: { [name]: time } });
      t.equal(refused.statusCode, 400);
      t.match(refused.json(), {
        code: 'INVALID_REQUEST',
        errors: [{ pointer: `/context/${name}` }],
      });
    }
  }
  const { entity_id: _, ...incomplete } = QUERY;
  t.equal((await post(registry, incomplete)).json().code, 'INVALID_REQUEST');
  const wrong = { ...QUERY, context: { locator: 5 } };
  t.equal((await post(registry, wrong)).json().code, 'INVALID_REQUEST');
});

t.test('an answer is signed, and bound to its query, for whoever accepts a JWT', async (t) => {
  const registry = await buildAccredited(t);
  const signed = await post(registry, QUERY, { accept: 'application/jwt' });
  t.equal(signed.headers['content-type'], 'application/jwt');
  t.equal(signed.headers['vary'], 'accept');
  const query = Buffer.from(JSON.stringify(QUERY));
  const options = { cell: registry.cell, now: NOW + 1_000 };
  const { answer } = await verifyAnswer(signed.body, { ...options, query });
  t.same(answer, await ask(registry));
  const other = Buffer.from(JSON.stringify({ ...QUERY, action: 'request' }));
  await t.rejects(verifyAnswer(signed.body, { ...options, query: other }), {
    code: 'REGISTRY_STATEMENT_INVALID',
  });
  for (const accept of ['*/*', 'application/json', 'application/jwt;q=0, */*']) {
    const plain = await post(registry, QUERY, { accept });
    t.match(plain.headers['content-type'], /^application\/json/, accept);
  }
});
