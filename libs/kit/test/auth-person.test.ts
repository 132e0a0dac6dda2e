import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createLocalJWKSet, SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { createLocalTokenVerifier, PERSON_ACRS, personOf, requireAccess } from '../auth.ts';
import { createServer } from '../server.ts';
import { createTestTokens } from '../testing.ts';

const ORIGIN = 'https://passport.northmoor.example';
const now = Math.floor(Date.now() / 1000);
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const verifyToken = createLocalTokenVerifier({
  publicOrigin: ORIGIN,
  findKey: createLocalJWKSet({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k' }] }),
  clock: Date.now,
});

function tokenWith(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({
    iss: ORIGIN,
    aud: ORIGIN,
    sub: 'person-7f3a',
    client_id: 'portal',
    scope: 'registry:approve',
    jti: randomUUID(),
    iat: now,
    exp: now + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
    .sign(pair.privateKey);
}

t.test('a token with acr and a subject of its own is a person’s', async (t) => {
  const { person } = await verifyToken(await tokenWith({ acr: 'AAL3_ANY' }));
  t.strictSame(person, { subject: 'person-7f3a', acr: 'AAL3_ANY' });
});

t.test('a token without acr is a machine’s, whatever its subject', async (t) => {
  t.equal((await verifyToken(await tokenWith({ sub: 'portal' }))).person, undefined);
  t.equal((await verifyToken(await tokenWith({}))).person, undefined);
});

t.test('a token whose subject is its client is a machine’s, whatever its acr', async (t) => {
  const token = await tokenWith({ sub: 'portal', acr: 'AAL3_ANY' });
  t.equal((await verifyToken(token)).person, undefined);
});

t.test('a token with acr that names nobody is refused', async (t) => {
  t.ok((await verifyToken(await tokenWith({ acr: 'AAL3_ANY' }))).person, 'the whole one passes');
  for (const sub of [undefined, '', 7, null, ['person-7f3a']]) {
    await t.rejects(verifyToken(await tokenWith({ acr: 'AAL3_ANY', sub })), String(sub));
  }
});

t.test('a subject that the audit chain could not name is refused as no token', async (t) => {
  const longest = 'x'.repeat(200);
  const { person } = await verifyToken(await tokenWith({ acr: 'AAL3_ANY', sub: longest }));
  t.equal(person?.subject, longest);
  for (const sub of [`${longest}x`, 'an na', 'ann\u00e1', 'anna\n', 'an\0na']) {
    await t.rejects(verifyToken(await tokenWith({ acr: 'AAL3_ANY', sub })), JSON.stringify(sub));
  }
});

t.test('a token whose acr is no text is refused', async (t) => {
  for (const acr of [3, ['AAL3_ANY'], null, { level: 3 }]) {
    await t.rejects(verifyToken(await tokenWith({ acr })), JSON.stringify(acr));
  }
});

async function guard(t: Test) {
  const app = await createServer({ name: 'test', description: 'test', logger: false });
  const tokens = createTestTokens();
  requireAccess(app, tokens.verifyToken);
  const scope = 'registry:approve';
  app.get('/person', { config: { access: { scope, person: true } } }, () => ({ ok: true }));
  app.get('/decision', { config: { access: { scope, person: true } } }, (request) =>
    personOf(request),
  );
  t.teardown(() => app.close());
  const call = (url: string, caller: { scopes?: string[]; subject?: string; acr?: string }) =>
    app.inject({
      url,
      headers: tokens.bearer({
        scopes: caller.scopes ?? [scope],
        ...(caller.subject && {
          person: { subject: caller.subject, ...(caller.acr && { acr: caller.acr }) },
        }),
      }),
    });
  return { call };
}

t.test('a route for people refuses a machine’s token, even one with its scope', async (t) => {
  const { call } = await guard(t);
  t.equal((await call('/person', { subject: 'anna' })).statusCode, 200);
  for (const scopes of [['registry:approve'], ['registry:admin']]) {
    const answer = await call('/person', { scopes });
    t.equal(answer.statusCode, 403);
    t.equal(answer.json().code, 'PERSON_REQUIRED');
  }
});

t.test('a route for people still asks for its scope', async (t) => {
  const { call } = await guard(t);
  const answer = await call('/person', { subject: 'anna', scopes: ['registry:propose'] });
  t.equal(answer.statusCode, 403);
  t.equal(answer.json().code, 'FORBIDDEN');
});

t.test('who decides has signed in at AAL2 or higher', async (t) => {
  const { call } = await guard(t);
  const test = await call('/decision', { subject: 'anna' });
  t.strictSame(test.json(), { subject: 'anna', acr: 'AAL3_ANY' }, 'the default of a test');
  for (const acr of PERSON_ACRS) {
    t.equal((await call('/decision', { subject: 'anna', acr })).statusCode, 200, acr);
  }
  for (const acr of ['AAL1_USERPASS', 'AAL2', 'aal3_any', 'AAL3_ANY ']) {
    const answer = await call('/decision', { subject: 'anna', acr });
    t.equal(answer.statusCode, 403, acr);
    t.equal(answer.json().code, 'PERSON_REQUIRED', acr);
  }
});
