import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { typeIri } from '#catalogue/catalogue';
import { ASHMERE_DID, buildNorthmoor, CELL_DID, DAY, NOW, type TestRegistry } from './helper.ts';

const ajv = new Ajv2020();
addFormats.default(ajv);
const compile = (name: string) => {
  const url = new URL(`fixtures/trqp_authorization_${name}.schema.json`, import.meta.url);
  return ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
};
const isRequest = compile('request');
const isResponse = compile('response');

const QUERY = {
  entity_id: ASHMERE_DID,
  authority_id: CELL_DID,
  action: 'issue',
  resource: typeIri('FireSafetyCredential'),
};

async function ask(registry: TestRegistry, change: Record<string, unknown> = {}) {
  const query = { ...QUERY, ...change };
  if (!isRequest(query)) throw new Error('not a TRQP request');
  const answer = await registry.app.inject({
    method: 'POST',
    url: '/authorization',
    payload: query,
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  if (!isResponse(answer.json())) throw new Error(JSON.stringify(isResponse.errors));
  return answer.json();
}

async function buildAccredited(t: Parameters<typeof buildNorthmoor>[0]) {
  const registry = await buildNorthmoor(t);
  const url = '/v1/organisations/ZZA01/accreditations';
  const granted = await registry.change(url, {
    credentialType: 'FireSafetyCredential',
    action: 'issue',
    validUntil: new Date(NOW + 10 * DAY).toISOString(),
  });
  const withdraw = (forCause: boolean) =>
    registry.change(`${url}/${granted.json().id}/withdrawal`, { forCause, reason: 'review' });
  return { ...registry, withdraw };
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
  const answer = await ask(registry, { context });
  t.match(answer, {
    authorized: true,
    context,
    time_requested: context.time,
    time_evaluated: '2026-11-24T16:00:00Z',
  });
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
  t.equal((await ask(registry, { context: { time: '2026-11-25T00:00:00Z' } })).authorized, true);
  t.equal((await ask(registry, { context: { time: '2026-11-21T00:00:00Z' } })).authorized, false);
});

t.test('after a withdrawal for cause the answer is no for every time', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 2 * DAY;
  const context = { time: '2026-11-23T16:00:00Z' };
  t.equal((await ask(registry, { context })).authorized, true);
  await registry.withdraw(true);
  t.equal((await ask(registry)).authorized, false);
  const then = await ask(registry, { context });
  t.equal(then.authorized, false);
  t.match(then.message, /for cause/);
});

t.test('after any other withdrawal the answer is no from then on', async (t) => {
  const registry = await buildAccredited(t);
  registry.clock.now = NOW + 2 * DAY;
  await registry.withdraw(false);
  t.equal((await ask(registry)).authorized, false);
  t.equal((await ask(registry, { context: { time: '2026-11-23T16:00:00Z' } })).authorized, true);
});

t.test('a suspended trust is not authorized, and is again when the suspension ends', async (t) => {
  const registry = await buildAccredited(t);
  const url = '/v1/organisations/ZZA01/status';
  await registry.change(url, { status: 'suspended', reason: 'review' });
  t.equal((await ask(registry)).authorized, false);
  await registry.change(url, { status: 'registered', reason: 'review ended' });
  t.equal((await ask(registry)).authorized, true);
});

t.test('of the future nothing is known', async (t) => {
  const registry = await buildAccredited(t);
  t.equal((await ask(registry, { context: { time: '2026-11-22T16:00:30Z' } })).authorized, true);
  const future = await ask(registry, { context: { time: '2026-11-23T16:00:00Z' } });
  t.equal(future.authorized, false);
  t.match(future.message, /future/);
});

t.test('a time that is not RFC 3339 in UTC is the caller’s mistake', async (t) => {
  const registry = await buildAccredited(t);
  const post = (payload: unknown) =>
    registry.app.inject({
      method: 'POST',
      url: '/authorization',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    });
  t.equal((await post(QUERY)).statusCode, 200);
  for (const time of ['yesterday', '2026-02-30T00:00:00Z', '2026-11-22T16:00:00+01:00', '']) {
    const refused = await post({ ...QUERY, context: { time } });
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), { code: 'INVALID_REQUEST', errors: [{ pointer: '/context/time' }] });
  }
  const { entity_id: _, ...incomplete } = QUERY;
  t.equal((await post(incomplete)).json().code, 'INVALID_REQUEST');
  t.equal((await post({ ...QUERY, context: { locator: 5 } })).json().code, 'INVALID_REQUEST');
});
