import t from 'tap';
import { createClient } from '../client.ts';
import { json, JWK, MINT, PRESENTATION, problem, refused, setting } from './setting.ts';

t.test('A call carries the token of the client, which is asked for once', async (t) => {
  const { client, seen, tokens, base } = await setting(t, [json(200, { verdict: 'accepted' })]);
  t.match(base, 'http');
  t.equal(tokens, 0, 'not before it is needed');
  t.match(await client.verify({ verifiableCredential: 'x' }), { verdict: 'accepted' });
  await client.listEvents({ after: 'a b', limit: 5 });
  t.same(
    seen.map(({ authorization }) => authorization),
    ['Bearer token-1', 'Bearer token-1'],
  );
  t.equal(seen[0]?.key, undefined, 'a question has no idempotency key');
  t.equal(seen[0]?.body, '{"verifiableCredential":"x"}');
  t.equal(seen[1]?.url, '/v1/events?after=a+b&limit=5');
});

t.test('What anybody may ask is asked without a token', async (t) => {
  const made = await setting(t, [json(200, { items: [] })]);
  await made.client.listCatalogue();
  t.equal(made.seen[0]?.authorization, undefined);
  t.equal(made.tokens, 0);
});

t.test('Issuing again after 503 and 429 is sent with the same key and the same body', async (t) => {
  const { client, seen, waits } = await setting(t, [
    problem(503, 'SERVICE_UNAVAILABLE'),
    problem(429, 'RATE_LIMITED', { 'retry-after': '2' }),
    json(201, { verifiableCredential: {} }),
  ]);
  t.same(await client.issue(MINT), { verifiableCredential: {} });
  t.equal(seen.length, 3);
  t.match(seen[0]?.key, /^[0-9a-f-]{36}$/);
  t.equal(new Set(seen.map(({ key }) => key)).size, 1);
  t.equal(new Set(seen.map(({ body }) => body)).size, 1);
  t.same(waits, [300, 2_000], 'longer each time, and as long as was asked for');
  await client.issue(MINT, { idempotencyKey: 'mine' });
  t.equal(seen.at(-1)?.key, 'mine');
});

t.test('Another call has another key', async (t) => {
  const { client, seen } = await setting(t, [json(201, { verifiableCredential: {} })]);
  await client.issue(MINT);
  await client.issue(MINT);
  t.not(seen[0]?.key, seen[1]?.key);
});

t.test(
  'A presentation is sent again after 429, and not after 503: its challenge may be used up',
  async (t) => {
    const again = await setting(t, [
      problem(429, 'RATE_LIMITED'),
      json(200, { verdict: 'accepted' }),
    ]);
    t.match(await again.client.verify(PRESENTATION), { verdict: 'accepted' });
    const once503 = await setting(t, [problem(503, 'SERVICE_UNAVAILABLE')]);
    const error = await refused(once503.client.verify(PRESENTATION));
    t.match(error, { code: 'SERVICE_UNAVAILABLE', status: 503 });
    t.equal(once503.seen.length, 1);
  },
);

t.test(
  'A service that stays away is asked four times, one that wants a long wait once',
  async (t) => {
    const away = await setting(t, [problem(503, 'SERVICE_UNAVAILABLE')]);
    t.match(await refused(away.client.listWebhooks()), {
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
    });
    t.same(away.waits, [300, 600, 1_200]);
    const long = await setting(t, [problem(429, 'RATE_LIMITED', { 'retry-after': '3600' })]);
    const error = await refused(long.client.listWebhooks());
    t.match(error, { code: 'RATE_LIMITED', status: 429, retryAfterMs: 3_600_000 });
    t.same(long.waits, []);
  },
);

t.test(
  'A refusal has the code, the status and the whole problem, and is not repeated',
  async (t) => {
    const errors = [{ pointer: '/claims/x', detail: 'is missing' }];
    const body = {
      type: 'about:blank',
      title: 'x',
      status: 422,
      detail: 'no',
      code: 'CLAIMS_INVALID',
    };
    const { client, seen } = await setting(t, [json(422, { ...body, errors })]);
    const error = await refused(client.issue(MINT));
    t.match(error, { code: 'CLAIMS_INVALID', status: 422, message: 'no', errors });
    t.same(error.problem, { ...body, errors });
    t.equal(seen.length, 1);
  },
);

t.test('A code of a later release is told as it came, under the code of its status', async (t) => {
  const { client } = await setting(t, [problem(409, 'NOT_INVENTED_YET')]);
  const error = await refused(client.issue(MINT));
  t.equal(error.code, 'CONFLICT');
  t.equal(error.problem?.code, 'NOT_INVENTED_YET');
});

t.test('A redirect is not followed, and the token goes nowhere else', async (t) => {
  const elsewhere = await setting(t, [json(200, {})]);
  const { client } = await setting(t, [
    (response) => response.writeHead(307, { location: `${elsewhere.base}/x` }).end(),
  ]);
  t.match(await refused(client.listWebhooks()), { code: 'SERVICE_UNAVAILABLE', status: undefined });
  t.equal(elsewhere.seen.length, 0);
});

t.test('An answer that does not come is given up, and so is one without an end', async (t) => {
  const silent = await setting(t, [() => undefined], 200);
  t.match(await refused(silent.client.listWebhooks()), { code: 'SERVICE_UNAVAILABLE' });
  t.equal(silent.seen.length, 4);
  const endless = await setting(t, [
    (response) => {
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const more = () => void (response.writable && response.write(chunk, more));
      response.writeHead(200, { 'content-type': 'application/json' });
      more();
    },
  ]);
  const error = await refused(endless.client.listWebhooks());
  t.match(error, { code: 'SERVICE_UNAVAILABLE', message: /larger than allowed/ });
  t.equal(endless.seen.length, 1, 'it would be as long again');
});

t.test('An answer that is no JSON object is an error, not an answer', async (t) => {
  for (const text of ['<html>', '[]', 'null', '']) {
    const { client } = await setting(t, [(response) => response.writeHead(200).end(text)]);
    t.match(
      await refused(client.listWebhooks()),
      { code: 'SERVICE_UNAVAILABLE', status: 200 },
      text,
    );
  }
});

t.test('A client that the authorization service does not know is told so', async (t) => {
  const { base } = await setting(t, [
    json(400, { error: 'invalid_client', error_description: 'client is unknown' }),
  ]);
  const client = createClient({
    verifier: base,
    tokenEndpoint: `${base}/refusing-token`,
    publicOrigin: 'https://passport.northmoor.example',
    clientId: 'nobody',
    privateKey: JWK,
  });
  const error = await refused(client.listWebhooks());
  t.match(error, { code: 'INVALID_REQUEST', status: 400, message: 'client is unknown' });
});

t.test('An id leads to no other route', async (t) => {
  const { client, seen } = await setting(t, [json(200, {})]);
  await client.getCredential('../webhooks?x=1');
  t.equal(seen[0]?.url, '/v1/credentials/..%2Fwebhooks%3Fx%3D1');
  for (const id of ['', '.', '..']) {
    t.match(await refused(client.getCredential(id)), { code: 'INVALID_REQUEST' });
  }
});

t.test('A service whose address was not given is not asked', async (t) => {
  const { client } = await setting(t, [json(200, {})]);
  t.match(await refused(client.listOrganisations()), { code: 'INVALID_REQUEST' });
});
