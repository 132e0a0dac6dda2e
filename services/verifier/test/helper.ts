import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Test } from 'tap';
import { createKysely, createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createRefusalRecord } from '#kit/refused-access';
import type { ServerOptions } from '#kit/server';
import { createTestDatabase, createTestTokens } from '#kit/testing';
import { type AppDeps, buildApp } from '../src/app.ts';
import { createChallengeStore } from '../src/store/challenges.ts';
import { createEvents } from '../src/store/events.ts';
import { createRegistryStates } from '../src/store/registry-states.ts';
import { createReliances } from '../src/store/reliances.ts';
import { createSeenVersions } from '../src/store/seen-versions.ts';
import type { Tables } from '../src/store/tables.ts';
import { createWebhooks } from '../src/store/webhooks.ts';
import { createWebhookKey } from '../src/webhooks/webhook-key.ts';
import { createWorld, type WorldStores } from './world.ts';

/** The stores on a database of their own; `admin` looks past row-level security. */
export async function createTestStores(t: Test) {
  const database = await createTestDatabase(t);
  const pool = createPool({
    url: database.url('verifier'),
    applicationName: 'verifier-test',
    onError: () => {},
  });
  const db = createKysely<Tables>(pool);
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  t.teardown(() => Promise.all([pool.end(), admin.end()]));
  return {
    db,
    admin,
    challenges: createChallengeStore(db),
    seenVersions: createSeenVersions(db),
    states: createRegistryStates(db),
    reliances: createReliances(db),
  };
}

interface BuildOptions extends Pick<WorldStores, 'fetchStatusList'> {
  logger?: ServerOptions['logger'];
  conformance?: AppDeps['conformance'];
}

/** The app as in production but for tokens and the outside world, whose answers the test chooses. */
export async function build(
  t: Test,
  { logger = false, conformance, ...outside }: BuildOptions = {},
) {
  const stores = await createTestStores(t);
  const world = createWorld({ ...stores, ...outside });
  const tokens = createTestTokens();
  const webhookKey = createWebhookKey(generateKeyPairSync('ed25519').privateKey);
  const app = await buildApp({
    ...world.ports,
    logger,
    metrics: createMetrics(),
    verifyToken: tokens.verifyToken,
    recordRefusal: createRefusalRecord(stores.db, world.ports.clock),
    randomChallenge: () => randomBytes(32).toString('base64url'),
    randomUUID,
    events: createEvents(stores.db),
    webhooks: createWebhooks({ db: stores.db, clock: world.ports.clock }),
    webhookKeys: [webhookKey.publicJwk],
    conformance,
  });
  t.teardown(() => app.close());
  const bearerOf = (odsCode: string) => tokens.bearer({ odsCode, scopes: ['verifications:write'] });
  const headers = bearerOf('ZZB02');
  const post = (url: string, payload: object, by = headers) =>
    app.inject({ method: 'POST', url, headers: by, payload });
  const getChallenge = async (by = headers) =>
    (await post('/challenges', {}, by)).json<{ challenge: string }>().challenge;
  return { ...stores, app, world, webhookKey, tokens, bearerOf, post, getChallenge };
}
