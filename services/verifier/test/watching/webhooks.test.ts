import { Compile } from 'typebox/compile';
import t from 'tap';
import { WebhookPageSchema, WebhookSchema } from '#api/verifier';
import { revoke } from '../world.ts';
import { HOOK, watched } from './helper.ts';

const URL = '/v1/webhooks';
const shape = Compile(WebhookSchema);
const pageShape = Compile(WebhookPageSchema);

t.test('A webhook is created, listed, and ended', async (t) => {
  const { admin, call } = await watched(t);
  const body = { url: HOOK, description: 'HR system' };
  const created = await call('POST', URL, { body });
  t.equal(created.statusCode, 201);
  t.ok(shape.Check(created.json()), 'as documented');
  const { id } = created.json();
  t.match(created.json(), { ...body, state: 'active', waiting: 0, deadLetters: 0 });
  const listed = (await call('GET', URL)).json();
  t.ok(pageShape.Check(listed));
  t.same(listed, { items: [created.json()] });
  t.equal((await call('DELETE', `${URL}/${id}`)).statusCode, 204);
  t.equal((await call('DELETE', `${URL}/${id}`)).statusCode, 204, 'again changes nothing');
  t.match((await call('GET', URL)).json(), { items: [{ id, state: 'ended' }] });
  const { rows } = await admin.query('select event from verifier.audit');
  const actions = rows.map(({ event }) => JSON.parse(event).action);
  t.same(new Set(actions), new Set(['webhook.created', 'webhook.ended']));
});

t.test('The same idempotency key creates one webhook', async (t) => {
  const { call } = await watched(t);
  const body = { url: HOOK };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => call('POST', URL, { body, key: 'once' })),
  );
  t.equal(new Set(answers.map((answer) => answer.body)).size, 1);
  t.equal((await call('GET', URL)).json().items.length, 1);
  const other = await call('POST', URL, { body: { url: `${HOOK}2` }, key: 'once' });
  t.match(other.json(), { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
});

t.test('A write without an idempotency key is refused', async (t) => {
  const { app, by, createWebhook } = await watched(t);
  const id = await createWebhook();
  for (const [url, payload] of [
    [URL, { url: HOOK }],
    [`${URL}/${id}/replay`, {}],
  ] as const) {
    const answer = await app.inject({ method: 'POST', url, headers: by('ZZB02'), payload });
    t.match(answer.json(), { status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED' });
  }
});

t.test('An address that no webhook may have is refused', async (t) => {
  const { call, createWebhook } = await watched(t);
  await createWebhook('https://hr.brackendale.example/events');
  for (const [url, detail] of [
    ['not a url', 'is not a URL'],
    ['http://hr.brackendale.example/events', 'is not https'],
    ['https://user:pass@hr.brackendale.example/', 'holds credentials'],
    ['https://hr.brackendale.example/#part', 'has a fragment'],
    ['https://hr.brackendale.example/#', 'has a fragment'],
    ['https://hr.brackendale.example:8443/', 'is not on port 443'],
    ['https://127.0.0.1/', 'is not of a public host name'],
    ['https://0x7f.1/', 'is not of a public host name'],
    ['https://8.8.8.8/', 'is not of a public host name'],
    ['https://[::1]/', 'is not of a public host name'],
    ['https://localhost/', 'is not of a public host name'],
    ['https://hr/', 'is not of a public host name'],
    ['https://hr.localhost/', 'is not of a public host name'],
    ['https://db.internal/', 'is not of a public host name'],
    ['https://hr.example./', 'is not of a public host name'],
    ['https://härre.example/', 'is not of a public host name'],
  ] as const) {
    const answer = (await call('POST', URL, { body: { url } })).json();
    t.match(answer, { status: 422, code: 'WEBHOOK_URL_REFUSED', errors: [{ detail }] }, url);
  }
});

t.test('A trust has at most ten active webhooks, also when it creates them at once', async (t) => {
  const { call, createWebhook } = await watched(t);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => call('POST', URL, { body: { url: HOOK } })),
  );
  const codes = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
  t.same(codes, [...Array.from({ length: 10 }, () => 201), 409, 409]);
  await createWebhook(HOOK, 'ZZC03');
  const [first] = (await call('GET', URL)).json().items;
  await call('DELETE', `${URL}/${first.id}`);
  await createWebhook();
});

t.test('Another trust sees no webhook and no delivery of this one', async (t) => {
  const verifier = await watched(t);
  const { call } = verifier;
  const id = await verifier.createWebhook();
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  await verifier.watch();
  const [event] = await verifier.events();
  const calls = [
    ['GET', `${URL}/${id}/deliveries`, undefined],
    ['POST', `${URL}/${id}/replay`, {}],
    ['DELETE', `${URL}/${id}`, undefined],
  ] as const;
  t.equal((await verifier.deliveries(id)).length, 1, 'its own trust does');
  for (const [method, url, body] of calls) {
    const answer = await call(method, url, { odsCode: 'ZZC03', ...(body && { body }) });
    t.match(answer.json(), { status: 404, code: 'NOT_FOUND' }, `${method} ${url}`);
  }
  t.same((await call('GET', URL, { odsCode: 'ZZC03' })).json(), { items: [] });
  t.same(await verifier.events('ZZC03'), []);
  const other = await verifier.createWebhook(HOOK, 'ZZC03');
  const body = { since: event?.id ?? '' };
  const answer = await call('POST', `${URL}/${other}/replay`, { odsCode: 'ZZC03', body });
  t.match(answer.json(), { status: 404, code: 'NOT_FOUND' }, 'nor can it replay its events');
  t.match((await call('GET', URL)).json(), { items: [{ id, state: 'active' }] });
});

t.test(
  'Old events, and webhooks that ended long ago, are forgotten with their deliveries',
  async (t) => {
    const verifier = await watched(t);
    const { admin, call, store, world } = verifier;
    const ended = await verifier.createWebhook();
    const active = await verifier.createWebhook();
    await verifier.reliedOn(7);
    revoke(world, 7);
    verifier.later();
    await verifier.watch();
    await call('DELETE', `${URL}/${ended}`);
    const count = async (table: string) =>
      (await admin.query(`select from verifier.${table}`)).rowCount;
    await store.purge({ at: world.now, eventsBefore: world.now });
    t.same([await count('webhooks'), await count('events'), await count('deliveries')], [2, 1, 2]);
    await store.purge({ at: world.now, eventsBefore: world.now + 1 });
    t.same([await count('webhooks'), await count('events'), await count('deliveries')], [1, 0, 0]);
    t.match((await call('GET', URL)).json(), { items: [{ id: active, state: 'active' }] });
  },
);

t.test('Webhooks need their scopes', async (t) => {
  const { app, by } = await watched(t);
  const key = { 'idempotency-key': 'k' };
  const create = (scope: string) =>
    app.inject({
      method: 'POST',
      url: URL,
      headers: { ...by('ZZB02', [scope]), ...key },
      payload: { url: HOOK },
    });
  t.equal((await create('events:read')).statusCode, 403);
  t.equal((await create('webhooks:write')).statusCode, 201);
  const list = (scope: string) => app.inject({ url: URL, headers: by('ZZB02', [scope]) });
  t.equal((await list('webhooks:write')).statusCode, 403);
  t.equal((await list('events:read')).statusCode, 200);
});

t.test('The keys of the signatures are public', async (t) => {
  const { app, webhookKey } = await watched(t);
  const answer = await app.inject('/v1/webhook-keys');
  t.equal(answer.statusCode, 200);
  t.same(answer.json(), { keys: [webhookKey.publicJwk] });
  t.match(answer.json().keys[0], { kty: 'OKP', crv: 'Ed25519', kid: webhookKey.id, use: 'sig' });
  t.notOk('d' in answer.json().keys[0]);
});
