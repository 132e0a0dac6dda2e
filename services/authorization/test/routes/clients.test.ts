import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  administer,
  askToken,
  assertion,
  build,
  type ClientAnswer,
  ed25519Key,
  p256Key,
  registerTrustClient,
  tokenFor,
  tokenForm,
} from '../helper.ts';

const built = await build(t);
const { app, query } = built;
const { get, post } = await administer(built);

const registration = (more: object = {}) => ({
  name: 'HR system',
  odsCode: 'ZZA01',
  scopes: ['credentials:issue'],
  publicKey: ed25519Key().jwk,
  ...more,
});
const auditRows = async (action: string) =>
  (await query('select event from authz.audit')).filter(
    ({ event }) => JSON.parse(event).action === action,
  );

const countClients = async () => (await query('select count(*)::int as n from authz.clients'))[0].n;

t.test('an administrator registers a client, which then gets tokens', async (t) => {
  const key = p256Key();
  const before = (await auditRows('client.registered')).length;
  const answer = await post('/v1/clients', registration({ publicKey: key.jwk }));
  t.equal(answer.statusCode, 201);
  const client = answer.json<ClientAnswer>();
  t.match(client, {
    clientId: /^[0-9a-f-]{36}$/,
    name: 'HR system',
    odsCode: 'ZZA01',
    scopes: ['credentials:issue'],
    keys: [{ kid: key.jwk.kid, validUntil: null }],
    createdAt: /Z$/,
    revokedAt: null,
  });
  t.ok(await tokenFor(app, client.clientId, key));
  t.strictSame((await get(`/v1/clients/${client.clientId}`)).json(), client);
  const audited = await auditRows('client.registered');
  t.equal(audited.length, before + 1);
  t.ok(audited.some(({ event }) => event.includes(client.clientId)));
});

t.test('a key without a kid is named by its thumbprint', async (t) => {
  const { kid: _, ...publicKey } = ed25519Key().jwk;
  const answer = await post('/v1/clients', registration({ publicKey }));
  t.match(answer.json<ClientAnswer>().keys[0]?.kid, /^[\w-]{43}$/);
});

t.test('rights that do not go together are refused, and the place is named', async (t) => {
  t.equal((await post('/v1/clients', registration())).statusCode, 201);
  const cases: [object, string][] = [
    [{ scopes: ['credentials:issue', 'clients:admin'] }, '/scopes/1'],
    [{ scopes: ['internal:status'] }, '/scopes/0'],
    [{ scopes: ['credentials:issue'], odsCode: undefined }, '/scopes/0'],
    [{ scopes: ['registry:admin', 'verifications:write'], odsCode: undefined }, '/scopes/1'],
    [{ scopes: ['made:up'] }, '/scopes/0'],
    [{ scopes: [] }, '/scopes'],
    [{ odsCode: 'x' }, '/odsCode'],
    [{ clientId: 'mine' }, '/clientId'],
  ];
  for (const [change, pointer] of cases) {
    const answer = await post('/v1/clients', registration(change));
    t.equal(answer.statusCode, 400, pointer);
    t.equal(answer.json().code, 'INVALID_REQUEST', pointer);
    t.equal(answer.json().errors[0].pointer, pointer);
  }
  const service = registration({ scopes: ['internal:status'], odsCode: undefined });
  t.equal((await post('/v1/clients', service)).statusCode, 201);
});

t.test('what takes people, no client may hold, whether it names a trust or not', async (t) => {
  t.equal((await post('/v1/clients', registration())).statusCode, 201);
  for (const scope of ['registry:propose', 'registry:approve', 'credentials:approve']) {
    for (const odsCode of ['ZZA01', undefined]) {
      const answer = await post('/v1/clients', registration({ scopes: [scope], odsCode }));
      t.equal(answer.statusCode, 400, scope);
      t.match(answer.json(), {
        code: 'INVALID_REQUEST',
        errors: [{ pointer: '/scopes/0', detail: `${scope} is only for people who sign in` }],
      });
    }
  }
});

t.test('a private key is refused', async (t) => {
  const { privateKey } = ed25519Key();
  const answer = await post(
    '/v1/clients',
    registration({ publicKey: privateKey.export({ format: 'jwk' }) }),
  );
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().errors[0].pointer, '/publicKey/d');
});

t.test('the calls need a token, the scope and, to write, an idempotency key', async (t) => {
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  const headers = { authorization: `Bearer ${await tokenFor(app, clientId, key)}` };
  for (const [method, url] of [
    ['POST', '/v1/clients'],
    ['GET', '/v1/clients'],
    ['GET', `/v1/clients/${clientId}`],
    ['POST', `/v1/clients/${clientId}/keys`],
    ['POST', `/v1/clients/${clientId}/revocation`],
    ['POST', '/v1/signing-keys/rotation'],
  ] as const) {
    t.equal((await app.inject({ method, url })).statusCode, 401, url);
    t.equal((await app.inject({ method, url, headers })).statusCode, 403, url);
    if (method === 'GET') continue;
    const { token } = await administer(built);
    const payload = url.endsWith('keys') ? { publicKey: ed25519Key().jwk } : registration();
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}` },
      ...(/clients$|keys$/.test(url) && { payload }),
    });
    t.equal(answer.json().code, 'IDEMPOTENCY_KEY_REQUIRED', url);
  }
});

t.test('the same key and body register one client, another body is refused', async (t) => {
  const body = registration();
  const key = randomUUID();
  const before = await countClients();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post('/v1/clients', body, key)),
  );
  t.strictSame([...new Set(answers.map(({ statusCode }) => statusCode))], [201]);
  t.equal(new Set(answers.map((answer) => answer.body)).size, 1);
  t.equal(await countClients(), before + 1);
  const other = await post('/v1/clients', registration(), key);
  t.equal(other.statusCode, 422);
  t.equal(other.json().code, 'IDEMPOTENCY_KEY_REUSED');
});

t.test('a new key works at once, and the older until the overlap ends', async (t) => {
  const [older, newer] = [ed25519Key(), p256Key()];
  const { clientId } = await registerTrustClient(built, older);
  const answer = await post(`/v1/clients/${clientId}/keys`, {
    publicKey: newer.jwk,
    overlapSeconds: 60,
  });
  t.equal(answer.statusCode, 201);
  const { keys } = answer.json<ClientAnswer>();
  t.strictSame(keys[0], { kid: newer.jwk.kid, validUntil: null });
  t.equal(keys[1]?.kid, older.jwk.kid);
  t.ok(await tokenFor(app, clientId, newer));
  t.ok(await tokenFor(app, clientId, older));
  built.time.ahead = 61_000;
  t.teardown(() => {
    built.time.ahead = 0;
  });
  t.ok(await tokenFor(app, clientId, newer));
  await t.rejects(tokenFor(app, clientId, older), /invalid_client/);
});

t.test(
  'an overlap of nothing ends older keys at once, and a later rotation does not revive them',
  async (t) => {
    const [first, second, third] = [ed25519Key(), ed25519Key(), ed25519Key()];
    const { clientId } = await registerTrustClient(built, first);
    const rotate = (key: typeof first, overlapSeconds: number) =>
      post(`/v1/clients/${clientId}/keys`, { publicKey: key.jwk, overlapSeconds });
    t.ok(await tokenFor(app, clientId, first));
    await rotate(second, 0);
    await t.rejects(tokenFor(app, clientId, first), /invalid_client/);
    t.equal((await rotate(third, 600)).statusCode, 201);
    await t.rejects(tokenFor(app, clientId, first), /invalid_client/);
    t.ok(await tokenFor(app, clientId, second));
    const again = await rotate(first, 600);
    t.equal(again.statusCode, 409);
    t.equal(again.json().code, 'CONFLICT');
  },
);

t.test('a refused rotation changes nothing', async (t) => {
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  const again = await post(`/v1/clients/${clientId}/keys`, {
    publicKey: key.jwk,
    overlapSeconds: 0,
  });
  t.equal(again.statusCode, 409);
  t.ok(await tokenFor(app, clientId, key));
});

t.test('a revoked client gets no further token, and revoking again changes nothing', async (t) => {
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  const replica = await built.open();
  t.ok(await tokenFor(replica.app, clientId, key));
  const answer = await post(`/v1/clients/${clientId}/revocation`);
  t.equal(answer.statusCode, 200);
  t.ok(answer.json<ClientAnswer>().revokedAt);
  for (const each of [app, replica.app]) {
    const refused = await askToken(each, tokenForm(await assertion(clientId, key)));
    t.equal(refused.statusCode, 401);
    t.equal(refused.json().error_description, 'client authentication failed');
  }
  const again = await post(`/v1/clients/${clientId}/revocation`);
  t.equal(again.body, answer.body);
  const revoked = await auditRows('client.revoked');
  t.equal(revoked.filter(({ event }) => event.includes(clientId)).length, 1);
  const rotated = await post(`/v1/clients/${clientId}/keys`, { publicKey: ed25519Key().jwk });
  t.equal(rotated.json().code, 'CONFLICT');
});

t.test('the last token of a revoked administrator opens nothing here', async (t) => {
  const key = ed25519Key();
  const other = registration({ scopes: ['clients:admin'], odsCode: undefined, publicKey: key.jwk });
  const { clientId } = (await post('/v1/clients', other)).json<ClientAnswer>();
  const headers = { authorization: `Bearer ${await tokenFor(app, clientId, key)}` };
  t.equal((await app.inject({ url: '/v1/clients', headers })).statusCode, 200);
  await post(`/v1/clients/${clientId}/revocation`);
  t.equal((await app.inject({ url: '/v1/clients', headers })).statusCode, 401);
});

t.test('the last administrator of clients cannot be revoked', async (t) => {
  const answer = await post('/v1/clients/administrator/revocation');
  t.equal(answer.statusCode, 409);
  t.equal(answer.json().code, 'CONFLICT');
  t.equal((await get('/v1/clients')).statusCode, 200);
});

t.test('a client that is not there is 404', async (t) => {
  const unknown = randomUUID();
  t.equal((await get(`/v1/clients/${unknown}`)).json().code, 'NOT_FOUND');
  for (const [path, payload] of [
    ['keys', { publicKey: ed25519Key().jwk }],
    ['revocation', undefined],
  ] as const) {
    const answer = await post(`/v1/clients/${unknown}/${path}`, payload);
    t.equal(answer.statusCode, 404, path);
  }
});

t.test('clients are listed in pages that leave none out', async (t) => {
  const all = (await get('/v1/clients?limit=200')).json();
  t.equal(all.next, null);
  t.equal(all.items[0].clientId, 'administrator');
  const paged: string[] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: { items: ClientAnswer[]; next: string | null } = (
      await get(`/v1/clients?limit=3${after && `&after=${after}`}`)
    ).json();
    paged.push(...page.items.map(({ clientId }) => clientId));
    after = page.next;
  }
  t.strictSame(
    paged,
    all.items.map(({ clientId }: ClientAnswer) => clientId),
  );
  for (const wrong of ['after=!!', 'limit=0', 'limit=201', 'name=a']) {
    t.equal((await get(`/v1/clients?${wrong}`)).json().code, 'INVALID_REQUEST', wrong);
  }
});

t.test('without its audit row no change is made', async (t) => {
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  await query('alter function authz.audit_append(timestamptz, text[]) rename to audit_away');
  const answer = await post(`/v1/clients/${clientId}/revocation`);
  await query('alter function authz.audit_away(timestamptz, text[]) rename to audit_append');
  t.equal(answer.statusCode, 503);
  t.ok(await tokenFor(app, clientId, key));
});
