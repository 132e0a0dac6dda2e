import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import t from 'tap';
import { createClient, type PrivateJwk } from '../client.ts';
import { json, JWK, MINT, PRESENTATION, problem, refused, setting } from './setting.ts';

const OPTIONS = {
  verifier: 'https://passport.northmoor.example/verifier',
  tokenEndpoint: 'https://passport.northmoor.example/token',
  publicOrigin: 'https://passport.northmoor.example',
  clientId: 'client-1',
  privateKey: JWK,
};

t.test('Tokens and credentials go to https alone, or stay on this machine', (t) => {
  for (const good of [OPTIONS.verifier, 'http://127.0.0.1:4002', 'http://[::1]:4002/']) {
    t.doesNotThrow(() => createClient({ ...OPTIONS, verifier: good, tokenEndpoint: good }), good);
  }
  const refusals = [
    'http://passport.northmoor.example',
    'http://127.0.0.1.elsewhere.example',
    'ftp://passport.northmoor.example',
    'passport.northmoor.example',
    'https://user:s3cret@passport.northmoor.example',
    'https://passport.northmoor.example/?x=1',
    'https://passport.northmoor.example/#x',
  ];
  for (const bad of refusals) {
    for (const option of ['issuer', 'verifier', 'trustRegistry', 'tokenEndpoint']) {
      t.throws(() => createClient({ ...OPTIONS, [option]: bad }), {
        name: 'ClientError',
        code: 'INVALID_REQUEST',
        message: new RegExp(`^${option} (?!.*s3cret)`),
      });
    }
  }
  t.end();
});

t.test('A key that is none of ours is refused at once, and not told', (t) => {
  t.doesNotThrow(() => createClient(OPTIONS));
  const { d, ...publicJwk } = JWK;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const others = [
    publicJwk,
    { ...JWK, x: d, d: [d] },
    rsa.export({ format: 'jwk' }),
    curve.export({ format: 'jwk' }),
    undefined,
  ];
  for (const other of others) {
    t.throws(() => createClient({ ...OPTIONS, privateKey: other as PrivateJwk }), {
      name: 'ClientError',
      code: 'INVALID_REQUEST',
      message: 'privateKey is no private JWK of Ed25519 or P-256',
      cause: undefined,
    });
  }
  t.end();
});

t.test('What cannot be sent is refused before it is tried', async (t) => {
  const { client, seen, waits } = await setting(t, [json(201, {})]);
  await client.issue(MINT, { idempotencyKey: 'x'.repeat(255) });
  for (const idempotencyKey of ['', 'a\r\nb: c', 'a b', 'é', 'x'.repeat(256)]) {
    const error = await refused(client.issue(MINT, { idempotencyKey }));
    t.equal(error.code, 'IDEMPOTENCY_KEY_INVALID');
  }
  const round: Record<string, unknown> = {};
  round['round'] = round;
  t.equal((await refused(client.verify({ verifiableCredential: round }))).code, 'PARSING_ERROR');
  t.equal((await refused(client.verify('eyJ' as never))).code, 'INVALID_REQUEST');
  t.equal(seen.length, 1);
  t.same(waits, []);
});

t.test('A kept token that is refused is replaced once, and a new one is not', async (t) => {
  const made = await setting(t, [
    json(200, {}),
    problem(401, 'UNAUTHORIZED'),
    json(200, { verdict: 'accepted' }),
    problem(401, 'UNAUTHORIZED'),
  ]);
  await made.client.listWebhooks();
  t.match(await made.client.verify(PRESENTATION), { verdict: 'accepted' });
  t.same(
    made.seen.map(({ authorization }) => authorization),
    ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'],
  );
  t.match(await refused(made.client.listWebhooks()), { code: 'UNAUTHORIZED', status: 401 });
  t.equal(made.seen.length, 5);
});

t.test('A token that is none is not told, and is a ClientError as all are', async (t) => {
  for (const answer of [{ access_token: 'canary\nx', expires_in: 600 }, { error: 'canary' }, []]) {
    const client = createClient({
      ...OPTIONS,
      retry: { attempts: 1 },
      fetch: async () => Response.json(answer),
    });
    const error = await refused(client.listWebhooks());
    t.equal(error.code, 'SERVICE_UNAVAILABLE');
    t.notMatch(inspect(error, { depth: 9 }), 'canary');
  }
});
