import { randomUUID } from 'node:crypto';
import t from 'tap';
import { OTHER, TYPE } from '../fakes.ts';
import { build, buildReady, type Issuer, issueBody, mintBody, mintOnce, send } from '../helper.ts';

const ROUTE = '/v1/form-defaults';

/** Sets, or forgets without forms. */
function set(
  { app, tokens }: Issuer,
  type: string,
  forms?: unknown,
  options: { odsCode?: string; key?: string; scopes?: string[] } = {},
) {
  const { odsCode = 'ZZA01', key = randomUUID(), scopes = ['credentials:issue'] } = options;
  return app.inject({
    method: forms === undefined ? 'DELETE' : 'PUT',
    url: `${ROUTE}/${type}`,
    headers: {
      ...tokens.bearer({ odsCode, scopes }),
      ...(key !== '' && { 'idempotency-key': key }),
      ...(forms !== undefined && { 'content-type': 'application/json' }),
    },
    ...(forms !== undefined && { payload: JSON.stringify({ forms }) }),
  });
}

/** In which forms a call that names none is answered. */
async function formsOf(issuer: Issuer, body = mintBody()) {
  const answer = await mintOnce(issuer, body);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const uuid = String(answer.headers.location).replace('/credentials/', '');
  const rows = await issuer.admin(
    `select form from issuer.credentials where id = $1
      union all select form from issuer.credential_forms where credential_id = $1`,
    [uuid],
  );
  return new Set(rows.map(({ form }) => form));
}

t.test(
  'the call counts before the type, the type before default, default before ours',
  async (test) => {
    const issuer = await buildReady(test);
    test.same(await formsOf(issuer), new Set(['vcdm2-ed25519-2020']));
    test.equal((await set(issuer, 'default', ['jwt_vc_json'])).statusCode, 200);
    test.same(await formsOf(issuer), new Set(['jwt_vc_json']));
    test.equal((await set(issuer, TYPE, ['dc+sd-jwt', 'vcdm2-proof-set'])).statusCode, 200);
    test.same(await formsOf(issuer), new Set(['dc+sd-jwt', 'vcdm2-proof-set']));
    const named = mintBody({ forms: ['vcdm1-ed25519-2020'] });
    test.same(await formsOf(issuer, named), new Set(['vcdm1-ed25519-2020']));
    test.equal((await set(issuer, TYPE)).statusCode, 204);
    test.same(await formsOf(issuer), new Set(['jwt_vc_json']));
    test.equal((await set(issuer, 'default')).statusCode, 204);
    test.same(await formsOf(issuer), new Set(['vcdm2-ed25519-2020']));
  },
);

t.test('what is set is listed for its own trust, and audited once', async (test) => {
  const issuer = await build(test);
  const answer = await set(issuer, TYPE, ['dc+sd-jwt'], { key: 'key' });
  test.same(answer.json(), { type: TYPE, forms: ['dc+sd-jwt'], changedAt: '2026-11-22T16:00:00Z' });
  test.equal((await set(issuer, TYPE, ['dc+sd-jwt'], { key: 'key' })).body, answer.body);
  await set(issuer, TYPE, undefined, { odsCode: OTHER });
  await set(issuer, 'default', undefined);
  const list = (odsCode: string) =>
    send(issuer, { method: 'GET', url: ROUTE, odsCode, scopes: ['credentials:issue'] });
  test.same((await list('ZZA01')).json(), { items: [answer.json()] });
  test.same((await list(OTHER)).json(), { items: [] });
  const events = await issuer.admin(
    `select event from issuer.audit where event like '%form-default%'`,
  );
  test.same(
    events.map(({ event }) => JSON.parse(String(event)) as unknown),
    [
      {
        action: 'form-default.set',
        clientId: 'client-ZZA01',
        odsCode: 'ZZA01',
        subject: { forms: 'dc+sd-jwt', type: TYPE },
      },
    ],
    'forgetting what was not set is no event',
  );
});

t.test('another process of the service follows within half a minute', async (test) => {
  const issuer = await build(test);
  const other = issuer.newCore().formDefaults;
  test.same(await other.load('ZZA01'), new Map());
  await set(issuer, TYPE, ['dc+sd-jwt']);
  test.same(await issuer.core.formDefaults.load('ZZA01'), new Map([[TYPE, ['dc+sd-jwt']]]));
  issuer.time.now += 29_999;
  test.same(await other.load('ZZA01'), new Map(), 'kept for a while');
  issuer.time.now += 1;
  test.same(await other.load('ZZA01'), new Map([[TYPE, ['dc+sd-jwt']]]));
});

t.test('types that there are not, no forms, no key and no scope are refused', async (test) => {
  const issuer = await build(test);
  test.equal((await set(issuer, TYPE, ['dc+sd-jwt'])).statusCode, 200);
  test.equal(
    (await set(issuer, 'NoSuchCredential', ['dc+sd-jwt'])).json().code,
    'UNKNOWN_CREDENTIAL_TYPE',
  );
  test.equal((await set(issuer, TYPE, [])).statusCode, 400);
  test.equal((await set(issuer, TYPE, ['mso_mdoc'])).statusCode, 400);
  const unkeyed = await set(issuer, TYPE, ['dc+sd-jwt'], { key: '' });
  test.equal(unkeyed.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const scopes = ['credentials:read'];
  test.equal((await set(issuer, TYPE, ['dc+sd-jwt'], { scopes })).statusCode, 403);
});

const V1_CONTEXTS = [
  'https://www.w3.org/2018/credentials/v1',
  'https://staffpassport.example/contexts/v1',
  'https://www.w3.org/ns/credentials/status/v1',
];
const ED25519 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v2';

t.test('VCALM gets the first form of the data model that it asks in', async (test) => {
  const issuer = await buildReady(test);
  const { validFrom: _, ...members } = issueBody(issuer.wallet.did).credential;
  const proofsOf = async (changes = {}) => {
    const credential = { ...members, ...changes };
    const answer = await send(issuer, { url: '/credentials/issue', body: { credential } });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    const { verifiableCredential } = answer.json();
    return [verifiableCredential['@context'][0], [verifiableCredential.proof].flat().length];
  };
  const v1 = { '@context': V1_CONTEXTS };
  const [v1Context] = V1_CONTEXTS;
  const [v2Context] = members['@context'] as string[];
  test.same(await proofsOf(), [v2Context, 1]);
  test.same(await proofsOf(v1), [v1Context, 1]);
  await set(issuer, TYPE, [
    'dc+sd-jwt',
    'vcdm1-proof-set',
    'vcdm2-proof-set',
    'vcdm2-ed25519-2020',
  ]);
  test.same(await proofsOf(), [v2Context, 2]);
  test.same(await proofsOf(v1), [v1Context, 2]);
  await set(issuer, TYPE, ['dc+sd-jwt']);
  test.same(await proofsOf(), [v2Context, 1], 'no form of it is set: the default');
  test.same(await proofsOf(v1), [v1Context, 1]);
});

t.test(
  'VCALM takes VCDM 1.1 with its own names of the dates and its own contexts',
  async (test) => {
    const issuer = await buildReady(test);
    const { credential } = issueBody(issuer.wallet.did, { '@context': V1_CONTEXTS });
    const issue = (changes: object) =>
      send(issuer, {
        url: '/credentials/issue',
        body: { credential: { ...credential, ...changes } },
      });
    const dates = {
      issuanceDate: '2026-11-23T00:00:00Z',
      expirationDate: '2027-11-23T00:00:00Z',
    };
    const good = await issue(dates);
    test.equal(good.statusCode, 201, good.body);
    test.match(good.json().verifiableCredential, {
      ...dates,
      '@context': [...V1_CONTEXTS, ED25519],
    });
    for (const suites of [[ED25519], [DATA_INTEGRITY], [ED25519, DATA_INTEGRITY]]) {
      test.equal((await issue({ '@context': [...V1_CONTEXTS, ...suites] })).statusCode, 201);
    }
    for (const [changes, code] of [
      [{ validFrom: '2026-11-23T00:00:00Z' }, 'UNKNOWN_TERM'],
      [{ '@context': V1_CONTEXTS.slice(0, 2) }, 'CONTEXT_NOT_ALLOWED'],
      [{ '@context': [...V1_CONTEXTS, DATA_INTEGRITY, ED25519] }, 'CONTEXT_NOT_ALLOWED'],
      [{ '@context': [...V1_CONTEXTS, 'https://w3id.org/security/v2'] }, 'CONTEXT_NOT_ALLOWED'],
      [{ expirationDate: '2026-11-21T00:00:00Z' }, 'CLAIMS_INVALID'],
    ] as const) {
      const answer = await issue(changes);
      test.equal(answer.statusCode, 422);
      test.equal(answer.json().code, code, JSON.stringify(changes));
    }
  },
);
