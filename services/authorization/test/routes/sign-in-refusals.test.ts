import { decodeJwt } from 'jose';
import t from 'tap';
import { ADMINISTRATOR, askToken } from '../helper.ts';
import {
  authorizationPath,
  buildWithPeople,
  codeForm,
  INES,
  openBrowser,
  ORLA,
  PORTAL,
  REDIRECT_URI,
  signInWith,
  TAM,
} from '../people-helper.ts';

const { app, query } = await buildWithPeople(t);

t.test('a faulty request comes back to the client as an error', async (t) => {
  const good = await openBrowser(app).get(authorizationPath());
  t.match(good.location, /^\/sign-in\//, 'the whole one goes on');
  for (const [changed, error] of [
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ response_type: 'none' }, 'unsupported_response_type'],
    // these would be answered after a #, which is refused first
    [{ response_type: 'token' }, 'invalid_request'],
    [{ response_type: 'code id_token' }, 'invalid_request'],
    [{ scope: 'openid internal:status' }, 'invalid_scope'],
    [{ resource: 'https://other.example' }, 'invalid_target'],
    [{ prompt: 'none' }, 'login_required'],
  ] as const) {
    const { location } = await openBrowser(app).get(authorizationPath(changed));
    // answers of the implicit flow come after a #
    const back = new URL(location.replace('#', '?'), REDIRECT_URI).searchParams;
    t.equal(back.get('error'), error, JSON.stringify(changed));
    t.equal(back.get('state'), 'a-state');
    t.equal(back.get('code'), null);
  }
});

async function answeredBy(mode: string) {
  const browser = openBrowser(app);
  const began = await browser.get(authorizationPath({ response_mode: mode }));
  if (!began.location.startsWith('/sign-in/')) return began;
  const chosen = await browser.post(began.location, { subject: ORLA });
  return browser.get(chosen.location);
}

t.test('a code comes back in the query only', async (t) => {
  t.match((await answeredBy('query')).location, /\?code=/);
  for (const mode of ['fragment', 'form_post', 'web_message', 'query.jwt']) {
    const { answer, location } = await answeredBy(mode);
    t.notMatch(`${location} ${answer.body}`, /code=|name="code"/, mode);
    t.match(`${location} ${answer.body}`, /response_mode/, mode);
  }
});

t.test('requests by other ways than the query are refused, and claims are not heard', async (t) => {
  t.match((await openBrowser(app).get(authorizationPath())).location, /^\/sign-in\//);
  for (const [changed, error] of [
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    [{ request_uri: 'http://127.0.0.1:5432/' }, 'request_uri_not_supported'],
    [{ registration: '{"redirect_uris":["https://other.example"]}' }, 'registration_not_supported'],
    [{ id_token_hint: 'e30.e30.e30' }, 'invalid_request'],
    [{ prompt: 'consent' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
  ] as const) {
    const { location } = await openBrowser(app).get(authorizationPath(changed));
    t.equal(new URL(location).searchParams.get('error'), error, JSON.stringify(changed));
  }
  const claims = { id_token: { sub: { value: TAM }, acr: { value: 'AAL3_ANY', essential: true } } };
  const back = await signInWith(openBrowser(app), INES, { claims: JSON.stringify(claims) });
  const answer = await askToken(app, codeForm(back.get('code') ?? ''));
  t.match(decodeJwt(answer.json().access_token), { sub: INES, acr: 'AAL1_USERPASS' });
});

t.test('nothing is sent to an address that is not the client’s', async (t) => {
  t.equal((await openBrowser(app).get(authorizationPath())).answer.statusCode, 303);
  for (const changed of [
    { redirect_uri: 'https://other.example/callback' },
    { redirect_uri: `${REDIRECT_URI}/more` },
    { redirect_uri: `${REDIRECT_URI}?more=1` },
    { redirect_uri: REDIRECT_URI.replace('4999', '4998') },
    { redirect_uri: REDIRECT_URI.replace('127.0.0.1', 'localhost') },
    { client_id: 'nobody' },
    { client_id: "' or 1=1 --" },
    { client_id: ADMINISTRATOR, scope: undefined },
  ]) {
    const { answer } = await openBrowser(app).get(authorizationPath(changed));
    t.equal(answer.statusCode, 400, JSON.stringify(changed));
    t.equal(answer.headers.location, undefined);
  }
});

t.test('a sign-in goes on only in the browser that began it', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  t.equal((await browser.get(location)).answer.statusCode, 200);
  const stranger = openBrowser(app);
  t.equal((await stranger.get(location)).answer.statusCode, 400);
  t.equal((await stranger.post(location, { subject: ORLA })).answer.statusCode, 400);
  const [rows] = await query(`select payload -> 'result' as result from authz.oidc_models
    where id = '${location.slice('/sign-in/'.length)}'`);
  t.equal(rows?.['result'], null, 'nobody was chosen');
});

t.test('a uid that is tampered with is refused', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  const other = (await openBrowser(app).get(authorizationPath())).location;
  for (const tampered of [other, `${location}x`, '/sign-in/x', '/sign-in/..%2Fauth']) {
    t.equal((await browser.get(tampered)).answer.statusCode, 400, tampered);
    t.equal((await browser.post(tampered, { subject: ORLA })).answer.statusCode, 400, tampered);
  }
  t.equal((await browser.post(location, { subject: ORLA })).answer.statusCode, 303);
});

t.test('a cookie that is tampered with is refused', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  const chosen = await browser.post(location, { subject: ORLA });
  const cookies = { ...browser.cookies };
  browser.cookies['_interaction_resume'] = 'another';
  t.equal((await browser.get(chosen.location)).answer.statusCode, 400);
  Object.assign(browser.cookies, cookies);
  t.match((await browser.get(chosen.location)).location, /code=/);
});

t.test('somebody who is not in the file cannot be chosen', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  for (const form of [{ subject: 'p-nobody' }, { subject: PORTAL }, { subject: '__proto__' }, {}]) {
    const { answer } = await browser.post(location, form);
    t.equal(answer.statusCode, 400, JSON.stringify(form));
  }
  const extra = await browser.post(location, { subject: ORLA, acr: 'AAL3_ANY' });
  t.equal(extra.answer.statusCode, 400, 'nothing but the subject is taken');
  t.match((await browser.post(location, { subject: ORLA })).location, /^\/auth\//);
});

t.test('whoever goes on without choosing is asked again, and gets no code', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  const skipped = await browser.get(location.replace('/sign-in/', '/auth/'));
  t.match(skipped.location, /^\/sign-in\//);
  const chosen = await browser.post(skipped.location, { subject: ORLA });
  t.match((await browser.get(chosen.location)).location, /code=/);
});

t.test('a sign-in that is done cannot be done again', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  const chosen = await browser.post(location, { subject: ORLA });
  const cookies = { ...browser.cookies };
  t.match((await browser.get(chosen.location)).location, /code=/);
  Object.assign(browser.cookies, cookies);
  t.equal((await browser.get(chosen.location)).answer.statusCode, 400);
  t.equal((await browser.post(location, { subject: ORLA })).answer.statusCode, 400);
});
