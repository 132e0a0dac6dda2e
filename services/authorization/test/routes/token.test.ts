import { createRemoteJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import {
  askToken,
  assertion,
  buildWithClient,
  p256Key,
  PUBLIC_ORIGIN,
  registerTrustClient,
  tokenForm,
} from '../helper.ts';

const { built, app, key, clientId, ask } = await buildWithClient(t);

t.test('a client gets a JWT access token that the published keys verify', async (t) => {
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await ask();
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['cache-control'], 'no-store');
  t.equal(answer.headers['x-content-type-options'], 'nosniff');
  t.notOk(answer.headers['access-control-allow-origin']);
  const { access_token: token, ...rest } = answer.json();
  t.strictSame(rest, {
    expires_in: 600,
    scope: 'credentials:issue credentials:read',
    token_type: 'Bearer',
  });
  const keys = createRemoteJWKSet(new URL('/jwks', address));
  const { payload, protectedHeader } = await jwtVerify(token, keys, { typ: 'at+jwt' });
  t.equal(protectedHeader.alg, 'ES256');
  t.match(payload, {
    iss: PUBLIC_ORIGIN,
    aud: PUBLIC_ORIGIN,
    sub: clientId,
    client_id: clientId,
    scope: 'credentials:issue credentials:read',
    ods_code: 'ZZA01',
    jti: /^[\w-]{20,}$/,
  });
  t.equal(Number(payload.exp) - Number(payload.iat), 600);
  t.strictSame(
    Object.keys(payload).toSorted(),
    'aud client_id exp iat iss jti ods_code scope sub'.split(' '),
  );
});

t.test('an ES256 client gets a token too, without a kid in its assertion', async (t) => {
  const es256 = p256Key();
  const client = await registerTrustClient(built, es256, 'ZZB02');
  const signed = await assertion(client.clientId, es256, { header: { kid: undefined } });
  t.equal((await askToken(app, tokenForm(signed))).statusCode, 200);
});

t.test('scopes are those asked for, all when none is, and none when one is not held', async (t) => {
  t.equal((await ask({}, { scope: 'credentials:read' })).json().scope, 'credentials:read');
  for (const scope of [
    'clients:admin',
    'credentials:read credentials:revoke',
    'openid',
    'made-up',
  ]) {
    const answer = await ask({}, { scope });
    t.equal(answer.statusCode, 400, scope);
    t.equal(answer.json().error, 'invalid_scope', scope);
  }
});

t.test('the resource may be named, but only this one', async (t) => {
  t.equal((await ask({}, { resource: PUBLIC_ORIGIN })).statusCode, 200);
  const other = await ask({}, { resource: 'https://other.example' });
  t.equal(other.statusCode, 400);
  t.equal(other.json().error, 'invalid_target');
  const both = new URLSearchParams(tokenForm(await assertion(clientId, key)));
  both.append('resource', PUBLIC_ORIGIN);
  both.append('resource', 'https://other.example');
  t.equal((await askToken(app, both)).json().error, 'invalid_target');
});

t.test(
  'only client credentials with an assertion are taken, and errors are OAuth errors',
  async (t) => {
    const good = tokenForm(await assertion(clientId, key));
    const cases: [Record<string, string>, string, number][] = [
      [{ ...good, grant_type: 'authorization_code' }, 'unsupported_grant_type', 400],
      [
        { ...good, grant_type: 'refresh_token', client_assertion: await assertion(clientId, key) },
        'unsupported_grant_type',
        400,
      ],
      [
        { grant_type: 'client_credentials', client_id: clientId, client_secret: 'x' },
        'invalid_client',
        401,
      ],
      [{ grant_type: 'client_credentials', client_id: clientId }, 'invalid_client', 401],
      [{ grant_type: 'client_credentials' }, 'invalid_request', 400],
      [{ ...good, client_assertion: 'a.b' }, 'invalid_request', 400],
      [
        { ...good, client_assertion: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c' },
        'invalid_request',
        400,
      ],
      [{ ...good, client_assertion: 'x'.repeat(50_000) }, 'invalid_request', 400],
      [{ ...good, client_assertion: 'x'.repeat(60_000) }, 'invalid_request', 413],
    ];
    for (const [form, error, status] of cases) {
      const answer = await askToken(app, form);
      t.equal(answer.statusCode, status, error);
      t.equal(answer.json().error, error);
      t.match(answer.headers['content-type'], /^application\/json/);
    }
  },
);

t.test(
  'a body that is no form, and a browser that wants HTML, get an OAuth error too',
  async (t) => {
    const json = await app.inject({ method: 'POST', url: '/token', payload: { a: 1 } });
    t.equal(json.statusCode, 400);
    t.equal(json.json().error, 'invalid_request');
    const html = await app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        accept: 'text/html',
        origin: 'https://other.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: 'grant_type=client_credentials',
    });
    t.equal(html.statusCode, 400);
    t.equal(html.json().error, 'invalid_request');
    const zipped = await app.inject({
      method: 'POST',
      url: '/token',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'x',
    });
    t.equal(zipped.statusCode, 415);
    t.equal(zipped.json().error, 'invalid_request');
  },
);

t.test('without its database the endpoint says 503 in its own form, and recovers', async (t) => {
  const form = tokenForm(await assertion(clientId, key));
  const [{ name }] = (await built.query('select current_database() as name')) as [{ name: string }];
  // a superuser is let in all the same
  await built.query(`alter database ${name} connection limit 0`);
  await built.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  const answer = await askToken(app, form);
  t.equal(answer.statusCode, 503);
  t.equal(answer.headers['retry-after'], '2');
  t.equal(answer.json().error, 'temporarily_unavailable');
  await built.query(`alter database ${name} connection limit -1`);
  t.equal((await askToken(app, form)).statusCode, 200);
});
