import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { createTokenSource } from '../token-source.ts';
import { createHttpClient } from '../http-client.ts';
import { serve } from './helper.ts';

const ORIGIN = 'https://passport.northmoor.example';

const client = generateKeyPairSync('ed25519');

/** A token endpoint that notes the forms it gets. */
async function tokenEndpoint(t: Test, answer: (form: URLSearchParams) => [number, string]) {
  const forms: URLSearchParams[] = [];
  const { url } = await serve(t, async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    forms.push(form);
    const [status, body] = answer(form);
    response.writeHead(status).end(body);
  });
  const http = createHttpClient({ originMap: {}, internal: [url] });
  t.teardown(() => http.close());
  const time = { now: Date.now() };
  const source = createTokenSource({
    tokenUrl: `${url}/token`,
    audience: ORIGIN,
    clientId: 'client-1',
    privateKey: client.privateKey,
    keyId: 'k1',
    scope: 'internal:status',
    http,
    clock: () => time.now,
  });
  return { forms, source, time };
}

t.test('a token is asked for once and kept until shortly before its end', async (t) => {
  let given = 0;
  const { forms, source, time } = await tokenEndpoint(t, () => [
    200,
    JSON.stringify({ access_token: `token-${++given}`, expires_in: 600 }),
  ]);
  const tokens = await Promise.all([source(), source(), source()]);
  t.strictSame(tokens, ['token-1', 'token-1', 'token-1']);
  time.now += 569_000;
  t.equal(await source(), 'token-1');
  time.now += 2_000;
  t.equal(await source(), 'token-2');
  t.equal(forms.length, 2);
  const [first, second] = forms.map((form) => decodeJwt(form.get('client_assertion') ?? ''));
  t.match(first, { iss: 'client-1', sub: 'client-1', aud: ORIGIN });
  t.not(first?.jti, second?.jti, 'an assertion is used once');
  t.equal(Number(first?.exp) - Number(first?.iat), 60);
  t.equal(forms[0]?.get('scope'), 'internal:status');
});

t.test('an endpoint that gives no token is SERVICE_UNAVAILABLE, and is asked again', async (t) => {
  const answers: [number, string][] = [
    [401, '{"error":"invalid_client"}'],
    [200, '<html>'],
    [200, '{"access_token":1,"expires_in":600}'],
    [200, '{"access_token":"x"}'],
  ];
  let next = 0;
  const { source } = await tokenEndpoint(t, () => {
    const good: [number, string] = [200, '{"access_token":"good","expires_in":600}'];
    return answers[next++] ?? good;
  });
  for (const [status, body] of answers) {
    await t.rejects(source(), { code: 'SERVICE_UNAVAILABLE' }, `${status} ${body}`);
  }
  t.equal(await source(), 'good');
});
