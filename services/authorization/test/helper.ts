import { generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { DEFAULT_TRAFFIC } from '#kit/rate-limit';
import { createTestDatabase } from '#kit/testing';
import { buildApp } from '../src/app.ts';
import { createDeps } from '../src/deps.ts';

export const PUBLIC_ORIGIN = 'https://passport.northmoor.example';
export const INTERNAL_ORIGIN = 'http://127.0.0.1:4005';
export const ADMINISTRATOR = 'administrator';
const ADMINISTRATOR_SCOPES = ['registry:admin', 'clients:admin', 'keys:admin'];

interface Test {
  teardown(handler: () => unknown): void;
}

export interface TestKey {
  privateKey: KeyObject;
  alg: 'EdDSA' | 'ES256';
  jwk: JsonWebKey & { kid: string };
}

export function ed25519Key(): TestKey {
  return testKey('EdDSA', generateKeyPairSync('ed25519'));
}

export function p256Key(): TestKey {
  return testKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

function testKey(alg: TestKey['alg'], pair: { privateKey: KeyObject; publicKey: KeyObject }) {
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: randomUUID() };
  return { privateKey: pair.privateKey, alg, jwk };
}

/** The whole service on a database of its own, with its first administrator. `clock.ahead` moves its time, in ms. */
export async function build(t: Test) {
  const database = await createTestDatabase(t);
  const directory = mkdtempSync(join(tmpdir(), 'authorization-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const administratorKey = ed25519Key();
  const auditKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const config = {
    host: '127.0.0.1',
    port: 0,
    managementPort: 0,
    traffic: DEFAULT_TRAFFIC,
    life: { drainDelayMs: 0, startupTimeoutMs: 1_000 },
    telemetry: { endpoint: undefined, samplePercent: 100 },
    publicOrigin: PUBLIC_ORIGIN,
    internalOrigin: INTERNAL_ORIGIN,
    databaseUrl: database.url('authz'),
    databasePasswordFile: undefined,
    databasePoolMax: 5,
    logLevel: 'silent',
    auditKeyFile: file('audit.jwk', JSON.stringify(auditKey)),
    auditCheckpointFile: join(directory, 'checkpoints'),
    keyEncryptionKeyFile: file('kek', Buffer.alloc(32, 7).toString('base64')),
    bootstrapClientFile: file(
      'bootstrap.json',
      JSON.stringify({
        clientId: ADMINISTRATOR,
        name: 'Administrator of the cell',
        scopes: ADMINISTRATOR_SCOPES,
        publicKey: administratorKey.jwk,
      }),
    ),
    developmentPeopleFile: undefined as string | undefined,
  };
  const time = { ahead: 0 };
  const clock = () => Date.now() + time.ahead;
  const openings: { close: () => Promise<void> }[] = [];
  /** one more replica of the service */
  const open = async (changed: Partial<typeof config> = {}) => {
    const deps = await createDeps({ ...config, ...changed }, clock);
    const app = await buildApp(deps);
    const close = async () => {
      await app.close();
      await deps.close();
    };
    openings.push({ close });
    return { app, deps };
  };
  t.teardown(async () => {
    for (const { close } of openings) await close();
    rmSync(directory, { recursive: true });
  });
  const { app, deps } = await open();
  const query = async (text: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  return { app, deps, config, time, clock, open, query, administratorKey, database, file };
}

export type Built = Awaited<ReturnType<typeof build>>;
export type App = Built['app'];

export interface AssertionOptions {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
}

/** A client assertion (RFC 7523) that is good but for what `claims` and `header` change. */
export async function assertion(
  clientId: string,
  key: TestKey,
  { claims, header }: AssertionOptions = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const good = { iss: clientId, sub: clientId, aud: PUBLIC_ORIGIN, jti: randomUUID() };
  return new SignJWT({ ...good, iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid, ...header })
    .sign(key.privateKey);
}

export function askToken(app: App, form: Record<string, string> | URLSearchParams) {
  return app.inject({
    method: 'POST',
    url: '/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  });
}

export function tokenForm(clientAssertion: string, more: Record<string, string> = {}) {
  return {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: clientAssertion,
    ...more,
  };
}

export async function tokenFor(app: App, clientId: string, key: TestKey): Promise<string> {
  const answer = await askToken(app, tokenForm(await assertion(clientId, key)));
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.body}`);
  return answer.json<{ access_token: string }>().access_token;
}

/** An administrator's call; a POST has an idempotency key of its own unless one is given. */
export async function administer({ app, administratorKey }: Built) {
  const token = await tokenFor(app, ADMINISTRATOR, administratorKey);
  const headers = { authorization: `Bearer ${token}` };
  return {
    token,
    get: (url: string) => app.inject({ method: 'GET', url, headers }),
    post: (url: string, payload?: object, idempotencyKey: string = randomUUID()) =>
      app.inject({
        method: 'POST',
        url,
        headers: { ...headers, 'idempotency-key': idempotencyKey },
        ...(payload && { payload }),
      }),
  };
}

export interface ClientAnswer {
  clientId: string;
  keys: { kid: string; validUntil: string | null }[];
  revokedAt: string | null;
}

/** A trust's client, registered over the API. */
export async function registerTrustClient(built: Built, key: TestKey, odsCode = 'ZZA01') {
  const { post } = await administer(built);
  const answer = await post('/v1/clients', {
    name: 'HR system',
    odsCode,
    scopes: ['credentials:issue', 'credentials:read'],
    publicKey: key.jwk,
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<ClientAnswer>();
}

/** The service with one trust's client, and `ask`: that client asks for a token. */
export async function buildWithClient(t: Test) {
  const built = await build(t);
  const { app } = built;
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  const ask = async (options?: AssertionOptions, more?: Record<string, string>) =>
    askToken(app, tokenForm(await assertion(clientId, key, options), more));
  return { built, app, key, clientId, ask };
}
