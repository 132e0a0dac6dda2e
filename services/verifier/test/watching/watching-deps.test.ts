import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { createMetrics } from '#kit/health';
import { readConfig } from '../../src/config.ts';
import { createRepeat } from '../../src/domain/watching/repeat.ts';
import { createWatchingDeps } from '../../src/watching-deps.ts';
import { ORIGIN } from '../trust.ts';
import { revoke } from '../world.ts';
import { HOOK, isAuthentic, startReceiver, watched, type Watched } from './helper.ts';

const URL_VARIABLES = ['AUTHORIZATION_URL', 'TRUST_REGISTRY_URL', 'PUBLIC_ORIGIN'];
const TEXT_VARIABLES = [
  'DATABASE_URL',
  'AUDIT_KEY_FILE',
  'AUDIT_CHECKPOINT_FILE',
  'GENESIS_FILE',
  'ANCHOR_THUMBPRINT',
];

function configWith(variables: Record<string, string>) {
  return readConfig({
    PORT: '1',
    MANAGEMENT_PORT: '2',
    ...Object.fromEntries(TEXT_VARIABLES.map((name) => [name, 'unused'])),
    ...Object.fromEntries(URL_VARIABLES.map((name) => [name, ORIGIN])),
    ...variables,
  });
}

/** Watching as it is configured, with passes that follow each other at once. */
function start(t: Test, { db, world }: Watched, variables: Record<string, string>) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const directory = t.testdir({
    'webhook.jwk': JSON.stringify(privateKey.export({ format: 'jwk' })),
  });
  const { clock, statusLists, trustRecords } = world.ports;
  const watching = createWatchingDeps({
    config: configWith({
      WEBHOOK_KEY_FILE: join(directory, 'webhook.jwk'),
      WATCH_INTERVAL_MS: '10',
      WATCH_DAYS: '2',
      ...variables,
    }),
    db,
    statusLists,
    trustRecords,
    clock,
    logger: pino({ level: 'silent' }),
    metrics: createMetrics(),
    countFailure: () => {},
  });
  watching.start();
  return { ...watching, privateKey };
}

t.test('Started, it watches and sends by itself, with the key of its file', async (t) => {
  const verifier = await watched(t);
  const { promise: came, resolve } = Promise.withResolvers<void>();
  const receiver = await startReceiver(t, (response) => {
    response.end();
    resolve();
  });
  await verifier.createWebhook();
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  const watching = start(t, verifier, {
    WEBHOOK_ORIGIN_MAP: JSON.stringify({ [new URL(HOOK).origin]: receiver.origin }),
  });
  t.equal(watching.ports.watchMs, 2 * 86_400_000);
  await came;
  await watching.close();
  const [one] = receiver.received;
  const [jwk] = watching.ports.webhookKeys;
  t.match(jwk, { x: createPublicKey(watching.privateKey).export({ format: 'jwk' }).x });
  t.ok(one && isAuthentic(one, HOOK, JSON.parse(JSON.stringify(jwk))));
});

t.test('No webhook reaches what ORIGIN_MAP maps: our own services', async (t) => {
  const verifier = await watched(t);
  const inside = await startReceiver(t);
  // an address that our services have inside, and whose name nobody can resolve outside
  const webhook = await verifier.createWebhook('https://status-list.invalid.example/internal/sign');
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  await verifier.watch();
  const map = { 'https://status-list.invalid.example': inside.origin };
  const watching = start(t, verifier, { ORIGIN_MAP: JSON.stringify(map) });
  let delivery = { attempts: 0, lastAnswer: '' };
  while (delivery.attempts === 0) [delivery] = await verifier.deliveries(webhook);
  await watching.close();
  t.same(inside.received, []);
  t.equal(delivery.lastAnswer, 'status-list.invalid.example did not answer');
});

t.test('The watch interval is the freshness of lists unless it is given', (t) => {
  const WEBHOOK_KEY_FILE = 'unused';
  const short = configWith({ WEBHOOK_KEY_FILE, STATUS_FRESHNESS_MS: '2000' });
  t.match(short, { watchIntervalMs: 2_000, watchDays: 400, webhookRetryBaseMs: 10_000 });
  t.equal(configWith({ WEBHOOK_KEY_FILE, WATCH_INTERVAL_MS: '9' }).watchIntervalMs, 9);
  t.throws(() => configWith({}), /WEBHOOK_KEY_FILE is missing/);
  t.end();
});

t.test('Repeated work never overlaps, outlives its failures, and ends', async (t) => {
  const { promise: thrice, resolve } = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  let runs = 0;
  let underway = 0;
  const repeat = createRepeat({
    everyMs: 1,
    random: Math.random,
    onError: (error) => errors.push(error),
    async work() {
      underway += 1;
      t.equal(underway, 1);
      await new Promise((done) => {
        setTimeout(done, 2);
      });
      underway -= 1;
      runs += 1;
      if (runs === 3) resolve();
      throw new Error('again');
    },
  });
  repeat.start();
  // its timers keep no process alive
  const alive = setInterval(() => {}, 1_000);
  await thrice;
  clearInterval(alive);
  await repeat.close();
  const ended = runs;
  t.equal(errors.length, ended);
  t.equal(underway, 0, 'close waits for the run that is under way');
});
