import { decodeProtectedHeader } from 'jose';
import t from 'tap';
import { buildWithClient, PUBLIC_ORIGIN } from '../helper.ts';

const { app, ask } = await buildWithClient(t);

t.test('endpoints of the provider that need people are not there', async (t) => {
  for (const url of ['/auth', '/me', '/session/end', '/token/introspection', '/reg', '/request']) {
    const answer = await app.inject({ method: 'GET', url });
    t.equal(answer.statusCode, 404, url);
  }
  t.equal((await app.inject({ method: 'GET', url: '/token' })).statusCode, 405);
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
