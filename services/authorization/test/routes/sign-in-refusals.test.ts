import t from 'tap';
import { ADMINISTRATOR } from '../helper.ts';
import {
  authorizationPath,
  buildWithPeople,
  openBrowser,
  ORLA,
  PORTAL,
  REDIRECT_URI,
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
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
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
