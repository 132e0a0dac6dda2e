import { decodeJwt, decodeProtectedHeader } from 'jose';
import t from 'tap';
import {
  ADMINISTRATOR,
  administer,
  build,
  ed25519Key,
  PUBLIC_ORIGIN,
  tokenFor,
} from '../helper.ts';
import {
  authorizationPath,
  BEA,
  buildWithPeople,
  INES,
  openBrowser,
  ORLA,
  PORTAL,
  REDIRECT_URI,
  signInWith,
  TAM,
} from '../people-helper.ts';

const built = await buildWithPeople(t);
const { app, deps, signIn } = built;

t.test('the whole flow gives a token that the kit reads as a person’s', async (t) => {
  const { accessToken, idToken, expiresInSeconds } = await signIn();
  t.strictSame(await deps.verifyToken(accessToken), {
    clientId: PORTAL,
    odsCode: 'QZN',
    scopes: new Set(['registry:propose', 'registry:approve']),
    person: { subject: ORLA, acr: 'AAL3_ANY' },
  });
  t.equal(expiresInSeconds, 600);
  const claims = decodeJwt(accessToken);
  t.equal(claims.aud, PUBLIC_ORIGIN);
  t.equal((claims.exp ?? 0) - (claims.iat ?? 0), 600);
  t.strictSame(claims['amr'], ['DEVELOPMENT_SIGN_IN'], 'who reads it may know');
  t.ok(Math.abs(Number(claims['auth_time']) - Date.now() / 1000) < 60);
  t.match(decodeProtectedHeader(idToken), { alg: 'ES256' });
  t.match(decodeJwt(idToken), {
    iss: PUBLIC_ORIGIN,
    aud: PORTAL,
    sub: ORLA,
    acr: 'AAL3_ANY',
    amr: ['DEVELOPMENT_SIGN_IN'],
    auth_time: claims['auth_time'],
  });
});

async function scopesOf(subject: string, scope: string): Promise<string[]> {
  const { accessToken } = await signIn({ subject, scope });
  return [...(await deps.verifyToken(accessToken)).scopes].toSorted();
}

t.test('a person gets what they hold of what was asked for, and no more', async (t) => {
  t.strictSame(await scopesOf(TAM, 'registry:propose registry:approve'), ['registry:propose']);
  t.strictSame(await scopesOf(ORLA, 'registry:approve'), ['registry:approve']);
  t.strictSame(await scopesOf(TAM, 'registry:propose clients:admin'), ['registry:propose']);
});

t.test('no system’s scope is given to a person', async (t) => {
  t.ok(await signIn());
  for (const scope of ['internal:status', 'internal:sign-list']) {
    await t.rejects(signIn({ scope: `registry:propose ${scope}` }), { message: /^invalid_scope/ });
  }
});

t.test('less than acr_values asks for gives no token', async (t) => {
  const sure = await signIn({ acrValues: 'AAL2_OR_AAL3_ANY' });
  t.equal(decodeJwt(sure.accessToken)['acr'], 'AAL3_ANY');
  const unmet = { message: /^unmet_authentication_requirements/ };
  await t.rejects(signIn({ subject: TAM, acrValues: 'AAL3_ANY' }), unmet);
  await t.rejects(signIn({ subject: INES, acrValues: 'AAL2_OR_AAL3_ANY AAL3_ANY' }), unmet);
  await t.rejects(signIn({ acrValues: 'AAL9' }), unmet);
});

t.test('a person who signed in less surely has a token that says so', async (t) => {
  const { accessToken } = await signIn({ subject: INES });
  t.strictSame((await deps.verifyToken(accessToken)).person, {
    subject: INES,
    acr: 'AAL1_USERPASS',
  });
});

t.test('a system’s token has no person', async (t) => {
  const token = await tokenFor(app, ADMINISTRATOR, built.administratorKey);
  t.equal((await deps.verifyToken(token)).person, undefined);
  t.notOk('acr' in decodeJwt(token));
});

t.test('two people take turns at one browser, and each is asked who they are', async (t) => {
  const browser = openBrowser(app);
  t.ok((await signInWith(browser, ORLA)).get('code'));
  const again = await browser.get(authorizationPath());
  t.match(again.location, /^\/sign-in\//, 'nobody stays signed in');
  t.ok((await signInWith(browser, TAM)).get('code'));
  const silent = await browser.get(authorizationPath({ prompt: 'none' }));
  t.match(silent.location, /error=login_required/);
});

t.test('the page is escaped, has no script and may be framed by nobody', async (t) => {
  const browser = openBrowser(app);
  const { location } = await browser.get(authorizationPath());
  const { answer } = await browser.get(location);
  t.equal(answer.statusCode, 200);
  t.match(answer.headers['content-type'], /^text\/html/);
  t.match(answer.body, 'Orla &lt;Quill&gt; &amp; Sons');
  t.notMatch(answer.body, /<Quill>|<script/);
  t.match(answer.body, /proves nothing/);
  const policy = String(answer.headers['content-security-policy']);
  t.match(policy, "default-src 'none'");
  t.match(policy, "frame-ancestors 'none'");
  t.match(policy, `form-action 'self' ${new URL(REDIRECT_URI).origin};`);
  t.notMatch(policy, /script-src|unsafe/);
  t.equal(answer.headers['cache-control'], 'no-store');
});

t.test(
  'cookies are out of scripts’ reach, and secure where the browser came by https',
  async (t) => {
    const plain = (await openBrowser(app).get(authorizationPath())).answer.cookies;
    t.ok(plain.length > 0);
    const proxied = openBrowser(app, { 'x-forwarded-proto': 'https' });
    const secure = (await proxied.get(authorizationPath())).answer.cookies;
    t.ok(
      plain.every(({ httpOnly, sameSite }) => httpOnly && String(sameSite).toLowerCase() === 'lax'),
    );
    t.ok(plain.every((cookie) => cookie.secure !== true));
    t.ok(secure.length > 0 && secure.every((cookie) => cookie.secure));
  },
);

t.test('a sign-in goes on over a new signing key, and at another replica', async (t) => {
  const own = await buildWithPeople(t);
  const browser = openBrowser(own.app);
  const { location } = await browser.get(authorizationPath());
  const rotated = await (await administer(own)).post('/v1/signing-keys/rotation');
  t.equal(rotated.statusCode, 201);
  own.time.ahead = 70_000;
  const chosen = await browser.post(location, { subject: ORLA });
  const replica = await own.open({ developmentPeopleFile: own.developmentPeopleFile });
  const elsewhere = openBrowser(replica.app);
  Object.assign(elsewhere.cookies, browser.cookies);
  const back = await elsewhere.get(chosen.location);
  t.match(back.location, /code=/);
  const { accessToken } = await own.signIn();
  t.equal(decodeProtectedHeader(accessToken).kid, rotated.json().kid);
});

t.test('where people sign in, the metadata says so, at the public address', async (t) => {
  const { body } = await app.inject({
    url: '/.well-known/openid-configuration',
    headers: { host: 'other.example' },
  });
  t.match(JSON.parse(body), {
    authorization_endpoint: `${PUBLIC_ORIGIN}/auth`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  });
  t.ok(JSON.parse(body).scopes_supported.includes('registry:approve'));
});

t.test('a change that a person makes names them in the audit', async (t) => {
  const { accessToken } = await signIn({ scope: 'clients:admin' });
  const headers = { authorization: `Bearer ${accessToken}`, 'idempotency-key': 'a-change' };
  const answer = await app.inject({ method: 'POST', url: '/v1/signing-keys/rotation', headers });
  t.equal(answer.statusCode, 201);
  const events = await built.query('select event from authz.audit');
  const rotation = events.map(({ event }) => JSON.parse(event)).at(-1);
  t.match(rotation, { action: 'signing-key.rotated', clientId: PORTAL, subject: { person: ORLA } });
});

async function registerAs(subject: string, name: string) {
  const { accessToken } = await signIn({ subject, scope: 'clients:admin' });
  const headers = { authorization: `Bearer ${accessToken}`, 'idempotency-key': 'the-same' };
  const payload = { name, scopes: ['keys:admin'], publicKey: ed25519Key().jwk };
  return app.inject({ method: 'POST', url: '/v1/clients', headers, payload });
}

t.test('two people of one portal do not get each other’s answers', async (t) => {
  for (const subject of [ORLA, BEA]) {
    const answer = await registerAs(subject, subject);
    t.equal(answer.statusCode, 201);
    t.equal(answer.json().name, subject);
  }
  t.equal((await registerAs(ORLA, 'another')).statusCode, 422, 'each uses a key once');
});

t.test('a person who is gone from the file, or all of them, have no more calls here', async (t) => {
  const { accessToken } = await signIn({ scope: 'clients:admin' });
  const call = (at: typeof app) =>
    at.inject({ url: '/v1/clients', headers: { authorization: `Bearer ${accessToken}` } });
  t.equal((await call(app)).statusCode, 200);
  const off = await built.open();
  t.equal((await call(off.app)).statusCode, 401);
});

t.test('without the file nothing of it is there', async (t) => {
  const off = await build(t);
  const on = await app.inject(authorizationPath());
  t.equal(on.statusCode, 303, 'it is there with the file');
  for (const url of [authorizationPath(), '/auth/x', '/sign-in/x']) {
    t.equal((await off.app.inject(url)).statusCode, 404, url);
  }
  t.equal((await off.app.inject({ method: 'POST', url: '/sign-in/x' })).statusCode, 404);
  const { body } = await off.app.inject('/.well-known/oauth-authorization-server');
  t.notMatch(body, /authorization_endpoint|registry:approve|"none"/);
});
