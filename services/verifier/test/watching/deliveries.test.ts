import { randomUUID } from 'node:crypto';
import { Compile } from 'typebox/compile';
import t, { type Test } from 'tap';
import { DeliveryPageSchema } from '#api/verifier';
import { backOff } from '../../src/domain/watching/back-off.ts';
import { createDeliveries } from '../../src/store/deliveries.ts';
import { DAY } from '../trust.ts';
import { ASKER, revoke } from '../world.ts';
import { createWorker, HOOK, isAuthentic, startReceiver, watched, type Watched } from './helper.ts';

const pageShape = Compile(DeliveryPageSchema);
const MINUTE = 60_000;
const CLAIM = { leaseMs: MINUTE, limit: 32, perWebhook: 4, perTrust: 2, busy: [] };

/** A trust with a webhook, and events of these many revoked entries that wait to be sent. */
async function waiting(t: Test, count = 1) {
  const verifier = await watched(t);
  const receiver = await startReceiver(t);
  const worker = createWorker(t, verifier, receiver);
  const webhook = await verifier.createWebhook();
  const tell = (indexes: number[]) => tellOfRevoked(verifier, indexes);
  await tell(Array.from({ length: count }, (_, at) => at + 1));
  return { ...verifier, receiver, worker, webhook, tell };
}

/** The trust relied on them, and then they were revoked. How it comes to rely is shown elsewhere. */
async function tellOfRevoked({ reliances, later, watch, world }: Watched, indexes: number[]) {
  const { did: issuer, urls } = world.trust;
  const relied = indexes.map((index) => ({
    credentialId: `urn:uuid:${randomUUID()}`,
    issuer,
    listUrl: urls.revocation,
    index,
    listVersion: world.now,
    purpose: 'revocation' as const,
    watchedUntil: world.now + DAY,
  }));
  await reliances.record(ASKER, world.now, relied);
  for (const index of indexes) revoke(world, index);
  later();
  await watch();
}

t.test('An event is posted as it stands in the feed, signed and with its digest', async (t) => {
  const { events, receiver, worker, webhookKey, webhook, deliveries, world } = await waiting(t);
  t.equal(await worker.run(), 1);
  t.equal(await worker.run(), 0, 'once');
  const [one, ...more] = receiver.received;
  if (one === undefined) throw new Error('nothing came');
  t.same(more, []);
  t.equal(one.headers['content-type'], 'application/cloudevents+json');
  t.same(JSON.parse(one.body.toString()), (await events())[0]);
  const created = Math.floor(world.now / 1000);
  t.equal(
    one.headers['signature-input'],
    `sig=("@method" "@target-uri" "content-digest" "content-type");created=${created};keyid="${webhookKey.id}";alg="ed25519";tag="staff-passport-event"`,
  );
  const key = JSON.parse(JSON.stringify(webhookKey.publicJwk));
  t.ok(isAuthentic(one, HOOK, key));
  t.notOk(isAuthentic({ ...one, body: Buffer.from('{}') }, HOOK, key), 'another body');
  t.notOk(isAuthentic(one, `${HOOK}2`, key), 'another address');
  const headers = { ...one.headers, 'content-type': 'text/plain' };
  t.notOk(isAuthentic({ ...one, headers }, HOOK, key), 'another type');
  t.match(await deliveries(webhook), [
    { state: 'delivered', attempts: 1, lastAnswer: '200', nextAttemptAt: null },
  ]);
});

t.test('What is not taken is tried again, then a dead letter, then replayed', async (t) => {
  const { call, deliveries, receiver, worker, webhook, world } = await waiting(t);
  receiver.respond = (response) => void response.writeHead(500).end();
  const minutesOf = [1 / 6, 1, 5, 30, 120, 360, 720, 1440];
  for (const [at, minutes] of minutesOf.entries()) {
    t.equal(await worker.run(), 1);
    t.equal(await worker.run(), 0, 'not at once again');
    t.match(await deliveries(webhook, '?state=waiting'), [{ attempts: at + 1, lastAnswer: '500' }]);
    world.now += minutes * MINUTE;
  }
  t.equal(await worker.run(), 1);
  world.now += 100 * 1440 * MINUTE;
  t.equal(await worker.run(), 0, 'then it is over');
  t.equal(receiver.received.length, 9);
  const answer = await call('GET', `/v1/webhooks/${webhook}/deliveries?state=dead`);
  t.ok(pageShape.Check(answer.json()), 'as documented');
  t.match(answer.json(), {
    items: [{ state: 'dead', attempts: 9, lastAnswer: '500', nextAttemptAt: null }],
    next: null,
  });
  t.match((await call('GET', '/v1/webhooks')).json(), { items: [{ deadLetters: 1, waiting: 0 }] });

  receiver.respond = (response) => void response.writeHead(204).end();
  const replay = () =>
    call('POST', `/v1/webhooks/${webhook}/replay`, { body: {}, key: 'replay-once' });
  t.same((await replay()).json(), { replayed: 1 });
  t.same((await replay()).json(), { replayed: 1 }, 'the same answer to the same key');
  t.equal(await worker.run(), 1);
  const ids = receiver.received.map(({ body }) => JSON.parse(body.toString()).id);
  t.equal(new Set(ids).size, 1, 'by one id throughout');
  t.match(await deliveries(webhook), [{ state: 'delivered', lastAnswer: '204' }]);
});

t.test('Replay since an event sends it and what came after, also to a newer webhook', async (t) => {
  const { call, createWebhook, events, receiver, worker } = await waiting(t, 3);
  await worker.run();
  const [, second, third] = await events();
  const newer = await createWebhook();
  receiver.received.length = 0;
  const body = { since: second?.id ?? '' };
  const answer = await call('POST', `/v1/webhooks/${newer}/replay`, { body });
  t.same(answer.json(), { replayed: 2 });
  await worker.run();
  const ids = receiver.received.map((one) => JSON.parse(one.body.toString()).id);
  t.equal(ids.length, 2);
  t.same(new Set(ids), new Set([second?.id, third?.id]));
});

t.test('A receiver that answers 410 gets nothing more', async (t) => {
  const { call, deliveries, receiver, worker, webhook, world } = await waiting(t, 6);
  receiver.respond = (response) => void response.writeHead(410).end();
  await worker.run();
  t.match((await call('GET', '/v1/webhooks')).json(), {
    items: [{ state: 'ended', waiting: 0, deadLetters: 6 }],
  });
  t.ok(receiver.received.length <= 4);
  t.same(worker.errors, [], 'four that hear it at once do not lock each other out');
  world.now += 1440 * MINUTE;
  t.equal(await worker.run(), 0);
  t.equal((await deliveries(webhook, '?state=dead')).length, 6);
  const answer = await call('POST', `/v1/webhooks/${webhook}/replay`, { body: {} });
  t.match(answer.json(), { status: 409, code: 'CONFLICT' });
});

t.test('A redirect, an endless answer and silence are no delivery', async (t) => {
  const { deliveries, receiver, worker, webhook, world } = await waiting(t);
  const answers: [typeof receiver.respond, string | RegExp][] = [
    [(response) => void response.writeHead(302, { location: 'https://a.example/' }).end(), '302'],
    [(response) => void response.end(Buffer.alloc(100_000)), 'The answer is larger than allowed'],
    [(response) => void response.destroy(), 'hr.brackendale.example did not answer'],
  ];
  for (const [respond, lastAnswer] of answers) {
    receiver.respond = respond;
    t.equal(await worker.run(), 1);
    t.match(await deliveries(webhook), [{ state: 'waiting', lastAnswer }]);
    world.now += 10 * MINUTE;
  }
  t.equal(receiver.received.length, 3);
});

t.test('A worker that dies between sending and marking: it is sent again', async (t) => {
  const { db, deliveries, receiver, worker, webhook, world } = await waiting(t);
  const dying = createDeliveries(db);
  const [claimed] = await dying.claim({ ...CLAIM, at: world.now });
  if (claimed === undefined) throw new Error('nothing was due');
  await worker.send(claimed.url, claimed.event);
  t.equal(await worker.run(), 0, 'while its lease lasts nobody else has it');
  world.now += MINUTE;
  t.equal(await worker.run(), 1);
  t.equal(receiver.received.length, 2, 'twice, by one id');
  await dying.settle(claimed, { outcome: 'dead', at: world.now, answer: 'late' });
  t.match(await deliveries(webhook), [{ state: 'delivered', attempts: 1 }], 'its word is late');
});

t.test('Two workers do not send the same event twice', async (t) => {
  const verifier = await waiting(t, 12);
  const { receiver, worker } = verifier;
  const other = createWorker(t, verifier, receiver);
  await Promise.all([worker.run(), other.run()]);
  const ids = receiver.received.map(({ body }) => JSON.parse(body.toString()).id);
  t.equal(ids.length, 12);
  t.equal(new Set(ids).size, 12);
  t.same([...worker.errors, ...other.errors], []);
});

t.test('A receiver that hangs does not keep events from others', async (t) => {
  const verifier = await waiting(t, 10);
  const { createWebhook, receiver, worker } = verifier;
  const held: (() => void)[] = [];
  receiver.respond = (response) => void held.push(() => response.end());
  t.equal(await worker.start(), 4, 'four at once to one webhook');
  t.equal(await worker.start(), 0);
  await createWebhook('https://hr.brackendale.example/second');
  await verifier.tell([20]);
  t.equal(await worker.start(), 1, 'the other webhook has its own');
  const { promise: allCame, resolve } = Promise.withResolvers<void>();
  const look = setInterval(() => held.length === 5 && resolve(), 5);
  await allCame;
  clearInterval(look);
  receiver.respond = (response) => void response.end();
  for (const release of held) release();
  await worker.settled();
  t.equal(receiver.received.length, 12, 'once it answers it gets the rest at once');
});

t.test('A worker that is closed finishes what it sends and starts nothing more', async (t) => {
  const { receiver, worker } = await waiting(t, 6);
  t.equal(await worker.start(), 4);
  await worker.close();
  t.equal(receiver.received.length, 4);
  t.equal(await worker.start(), 0);
});

t.test('What waits for a webhook that is ended is not sent', async (t) => {
  const { call, deliveries, receiver, worker, webhook } = await waiting(t);
  await call('DELETE', `/v1/webhooks/${webhook}`);
  t.equal(await worker.run(), 0);
  t.same(receiver.received, []);
  t.match(await deliveries(webhook), [{ state: 'dead', attempts: 0 }]);
});

t.test('Deliveries come page by page', async (t) => {
  const { call, webhook } = await waiting(t, 3);
  const url = `/v1/webhooks/${webhook}/deliveries?limit=2`;
  const first = (await call('GET', url)).json();
  const second = (await call('GET', `${url}&after=${first.next}`)).json();
  t.same([first.items.length, second.items.length, second.next], [2, 1, null]);
  t.not(second.items[0].eventId, first.items[1].eventId);
});

/** After each of nine failures. */
function waits(baseMs: number, chance: number) {
  return Array.from({ length: 9 }, (_, at) => backOff(at + 1, { baseMs, random: () => chance }));
}

t.test('The waits grow, by up to a fifth more by chance, and end', (t) => {
  const SECOND = 1_000;
  const expected = [10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400].map((s) => s * SECOND);
  t.same(waits(10_000, 0), [...expected, undefined]);
  t.same(waits(100, 0), [...expected.map((ms) => ms / 100), undefined]);
  t.equal(waits(10_000, 0.5)[0], 11_000);
  t.end();
});
