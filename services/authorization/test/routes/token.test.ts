import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import t from 'tap';
import {
  askToken,
  assertion,
  type AssertionOptions,
  build,
  ed25519Key,
  INTERNAL_ORIGIN,
  p256Key,
  PUBLIC_ORIGIN,
  registerTrustClient,
  tokenForm,
} from '../helper.ts';

const built = await build(t);
const { app } = built;
const key = ed25519Key();
const { clientId } = await registerTrustClient(built, key);
const ask = async (options?: AssertionOptions, more?: Record<string, string>) =>
  askToken(app, tokenForm(await assertion(clientId, key, options), more));

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

t.test(
  'the assertion may be made for the issuer or for either address of the endpoint',
  async (t) => {
    for (const aud of [
      PUBLIC_ORIGIN,
      `${PUBLIC_ORIGIN}/token`,
      `${INTERNAL_ORIGIN}/token`,
      [`${PUBLIC_ORIGIN}/token`, 'https://other.example'],
    ]) {
      t.equal((await ask({ claims: { aud } })).statusCode, 200, String(aud));
    }
  },
);

t.test(
  'an assertion for another server is refused also when the Host header names that server',
  async (t) => {
    const signed = await assertion(clientId, key, {
      claims: { aud: 'http://other.example/token' },
    });
    const answer = await app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        host: 'other.example',
        'x-forwarded-host': 'other.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(tokenForm(signed)).toString(),
    });
    t.equal(answer.statusCode, 401);
  },
);

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
  'an assertion is good once, also for 20 requests at once and for another replica',
  async (t) => {
    const form = tokenForm(await assertion(clientId, key));
    const answers = await Promise.all(Array.from({ length: 20 }, () => askToken(app, form)));
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    t.equal(answers.filter(({ statusCode }) => statusCode === 401).length, 19);
    const replica = await built.open();
    const replayed = await askToken(replica.app, form);
    t.equal(replayed.statusCode, 401);
    t.equal(replayed.json().error, 'invalid_client');
  },
);

t.test('whatever is wrong with an assertion, the answer is the same', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const stranger = ed25519Key();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: PUBLIC_ORIGIN,
    jti: randomUUID(),
    exp: now + 60,
  };
  const publicPem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  const used = await assertion(clientId, key);
  t.equal((await askToken(app, tokenForm(used))).statusCode, 200);

  const broken: Record<string, string> = {
    replayed: used,
    expired: await assertion(clientId, key, { claims: { exp: now - 60 } }),
    'without an end': await assertion(clientId, key, { claims: { exp: undefined } }),
    'ending too late': await assertion(clientId, key, { claims: { exp: now + 3_600 } }),
    'not valid yet': await assertion(clientId, key, { claims: { nbf: now + 300 } }),
    'issued in the future': await assertion(clientId, key, { claims: { iat: now + 300 } }),
    'without an id': await assertion(clientId, key, { claims: { jti: undefined } }),
    'for another server': await assertion(clientId, key, {
      claims: { aud: 'https://other.example' },
    }),
    'for nobody': await assertion(clientId, key, { claims: { aud: undefined } }),
    'by another issuer': await assertion(clientId, key, { claims: { iss: 'another' } }),
    'by an unknown client': await assertion(randomUUID(), key),
    'by another key': await assertion(clientId, { ...stranger, jwk: key.jwk }),
    'by a key of an unknown id': await assertion(clientId, stranger),
    'by an algorithm that is not taken': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid })
      .sign(rsa),
    'with an algorithm of another key type': await assertion(clientId, {
      ...p256Key(),
      jwk: key.jwk,
    }),
    'by no algorithm': `${encode({ alg: 'none' })}.${encode(claims)}.`,
    'by the public key as a secret': hmac({ alg: 'HS256', kid: key.jwk.kid }, claims, publicPem),
    'by a key that it brings itself': await assertion(clientId, stranger, {
      header: { jwk: stranger.jwk, kid: key.jwk.kid },
    }),
    'with an extension that must be understood': await assertionWithCrit(claims),
  };
  const [first, ...others] = await Promise.all(
    Object.values(broken).map((each) => askToken(app, tokenForm(each))),
  );
  t.equal(first?.statusCode, 401);
  t.strictSame(first?.json(), {
    error: 'invalid_client',
    error_description: 'client authentication failed',
  });
  for (const [at, name] of Object.keys(broken).slice(1).entries()) {
    t.equal(others[at]?.statusCode, 401, name);
    t.equal(others[at]?.body, first?.body, name);
  }
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
      [{ ...good, client_assertion: 'x'.repeat(60_000) }, 'invalid_request', 400],
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

t.test('endpoints of the provider that need people are not there', async (t) => {
  for (const url of ['/auth', '/me', '/session/end', '/token/introspection', '/reg', '/request']) {
    const answer = await app.inject({ method: 'GET', url });
    t.equal(answer.statusCode, 404, url);
  }
  t.equal((await app.inject({ method: 'GET', url: '/token' })).statusCode, 405);
});

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

t.test('both metadata documents name the public addresses', async (t) => {
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    const { issuer, ...metadata } = (
      await app.inject({ url: `/.well-known/${name}`, headers: { host: 'other.example' } })
    ).json();
    t.equal(issuer, PUBLIC_ORIGIN);
    t.equal(metadata.token_endpoint, `${PUBLIC_ORIGIN}/token`);
    t.equal(metadata.jwks_uri, `${PUBLIC_ORIGIN}/jwks`);
    t.notOk('authorization_endpoint' in metadata);
  }
});

t.test('the keys are published without their private half', async (t) => {
  const answer = await app.inject({ url: '/jwks' });
  const { keys } = answer.json<{ keys: Record<string, string>[] }>();
  t.equal(keys.length, 1);
  t.strictSame(Object.keys(keys[0] ?? {}).toSorted(), [
    'alg',
    'crv',
    'kid',
    'kty',
    'use',
    'x',
    'y',
  ]);
  const token = (await ask()).json().access_token;
  t.equal(decodeProtectedHeader(token).kid, keys[0]?.['kid']);
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function hmac(header: object, claims: object, secret: string | Buffer): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function assertionWithCrit(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ ...claims, jti: randomUUID() })
    .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid, crit: ['x'], x: 1 })
    .sign(key.privateKey, { crit: { x: true } });
}

t.test('a client id that no client can have is refused like any other', async (t) => {
  t.equal((await ask()).statusCode, 200);
  for (const id of ['a\0b', 'a'.repeat(65), '', 'ü', '\ud800']) {
    const signed = await assertion(id, key);
    const { statusCode, json } = await askToken(app, tokenForm(signed));
    t.equal(statusCode, 401, JSON.stringify(id));
    t.equal(json().error, 'invalid_client');
  }
});

t.test('the description says what the token endpoint takes and how it refuses', async (t) => {
  const { paths } = (await app.inject('/openapi.json')).json();
  const { requestBody, responses } = paths['/token'].post;
  const form = requestBody.content['application/x-www-form-urlencoded'].schema;
  t.strictSame(form.required, ['grant_type', 'client_assertion_type', 'client_assertion']);
  for (const status of [200, 400, 401, 500, 503]) {
    t.ok(responses[status].content['application/json'].schema, `${status} in OAuth's own form`);
  }
  t.ok(paths['/jwks'].get.responses[200].content['application/jwk-set+json'].schema);
});
