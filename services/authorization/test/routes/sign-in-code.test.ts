import { decodeJwt } from 'jose';
import t from 'tap';
import {
  ADMINISTRATOR,
  askToken,
  assertion,
  registerTrustClient,
  ed25519Key,
  tokenForm,
} from '../helper.ts';
import {
  buildWithPeople,
  CODE_VERIFIER,
  codeForm,
  openBrowser,
  ORLA,
  PORTAL,
  signInWith,
} from '../people-helper.ts';

const built = await buildWithPeople(t);
const { app } = built;

async function getCode(): Promise<string> {
  const code = (await signInWith(openBrowser(app), ORLA)).get('code');
  if (code === null) throw new Error('no code');
  return code;
}

t.test('a code is exchanged for tokens, and there is no refresh token', async (t) => {
  const answer = await askToken(app, codeForm(await getCode()));
  t.equal(answer.statusCode, 200);
  t.equal(decodeJwt(answer.json().access_token).sub, ORLA);
  t.strictSame(Object.keys(answer.json()).toSorted(), [
    'access_token',
    'expires_in',
    'id_token',
    'scope',
    'token_type',
  ]);
});

t.test('a code is good only with what it was asked for with', async (t) => {
  for (const [changed, error] of [
    [{ code_verifier: undefined }, 'invalid_grant'],
    [{ code_verifier: `${CODE_VERIFIER}x` }, 'invalid_grant'],
    [{ redirect_uri: 'http://127.0.0.1:4999/other' }, 'invalid_grant'],
    [{ code: 'another' }, 'invalid_grant'],
    [{ code: 'a\u0000b' }, 'invalid_grant'],
    [{ code: "' or 1=1 --" }, 'invalid_grant'],
    [{ code: 'x'.repeat(9_000) }, 'invalid_grant'],
    [{ code: undefined }, 'invalid_request'],
    [{ client_id: 'nobody' }, 'invalid_client'],
    [{ client_id: undefined }, 'invalid_request'],
    [{ resource: 'https://other.example' }, 'invalid_target'],
  ] as const) {
    const code = await getCode();
    const refused = await askToken(app, codeForm(code, changed));
    t.equal(refused.json().error, error, JSON.stringify(changed));
    t.notOk('access_token' in refused.json());
  }
  t.equal((await askToken(app, codeForm(await getCode()))).statusCode, 200, 'the whole one passes');
});

t.test('a code is used once', async (t) => {
  const code = await getCode();
  t.equal((await askToken(app, codeForm(code))).statusCode, 200);
  for (const which of ['second', 'third']) {
    const answer = await askToken(app, codeForm(code));
    t.equal(answer.statusCode, 400, which);
    t.equal(answer.json().error, 'invalid_grant', which);
  }
  const grants =
    await built.query(`select 1 from authz.oidc_models where model = 'AuthorizationCode'
    and id = '${code}'`);
  t.equal(grants.length, 0, 'and its grant is gone');
});

t.test('of many who use a code at once, one gets a token', async (t) => {
  const replica = await built.open({ developmentPeopleFile: built.developmentPeopleFile });
  const code = await getCode();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => askToken(at % 2 ? app : replica.app, codeForm(code))),
  );
  t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
  for (const answer of answers) {
    if (answer.statusCode !== 200) t.equal(answer.json().error, 'invalid_grant');
  }
});

t.test('a code ends after a minute', async (t) => {
  const own = await buildWithPeople(t);
  const begin = async () => (await signInWith(openBrowser(own.app), ORLA)).get('code') ?? '';
  t.equal((await askToken(own.app, codeForm(await begin()))).statusCode, 200);
  const code = await begin();
  own.time.ahead = 61_000;
  t.equal((await askToken(own.app, codeForm(code))).json().error, 'invalid_grant');
});

t.test('another client’s code is refused', async (t) => {
  const code = await getCode();
  await built.query(`update authz.oidc_models
    set payload = payload || '{"clientId":"another"}' where id = '${code}'`);
  t.equal((await askToken(app, codeForm(code))).json().error, 'invalid_grant');
});

t.test('a system cannot use a code, with its own name or with the portal’s', async (t) => {
  const key = ed25519Key();
  const { clientId } = await registerTrustClient(built, key);
  const own = tokenForm(await assertion(clientId, key));
  t.equal((await askToken(app, own)).statusCode, 200);
  const code = Object.fromEntries(codeForm(await getCode()));
  const asItself = { ...code, ...tokenForm(await assertion(clientId, key)) };
  const withCode = { ...asItself, grant_type: 'authorization_code', client_id: clientId };
  const refused = (await askToken(app, withCode)).json();
  t.match(refused.error, /^(unauthorized_client|invalid_grant|invalid_request)$/);
  t.notOk('access_token' in refused);
  const asPortal = { ...withCode, client_id: PORTAL };
  t.notOk('access_token' in (await askToken(app, asPortal)).json());
});

t.test('a system that leaves its assertion out is not a public client', async (t) => {
  const answer = await askToken(app, {
    grant_type: 'client_credentials',
    client_id: ADMINISTRATOR,
  });
  t.equal(answer.statusCode, 401);
  t.equal(answer.json().error, 'invalid_client');
});

t.test('the portal gets no token of its own', async (t) => {
  const form = { grant_type: 'client_credentials', client_id: PORTAL, scope: 'registry:approve' };
  const answer = await askToken(app, form);
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { error: 'invalid_request', error_description: /grant type/ });
});
