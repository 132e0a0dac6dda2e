import { Compile } from 'typebox/compile';
import t from 'tap';
import { CHECK_NAMES, VerificationSchema } from '#api/verifier';
import { build } from './helper.ts';
import { createHolder, NOON } from './trust.ts';
import { DOMAIN, issue, present, revoke } from './world.ts';

const URL = '/v1/verifications';
const answerShape = Compile(VerificationSchema);

t.test('A credential is answered with every check and its scope', async (t) => {
  const { post, world } = await build(t);
  const answer = await post(URL, { verifiableCredential: await issue(world) });
  t.equal(answer.statusCode, 200);
  const result = answer.json();
  t.ok(answerShape.Check(result), 'as documented');
  t.match(result, {
    scope: 'credential',
    overall: 'pass',
    checkedAt: '2026-11-22T12:00:00Z',
    holder: null,
    checks: [],
    credentials: [
      {
        issuer: world.trust.did,
        overall: 'pass',
        registry: {
          authority: 'did:web:passport.northmoor.example',
          epoch: 1,
          asOf: '2026-11-22T12:00:00.000Z',
          ageMs: 0,
        },
        statusList: { version: NOON, ageMs: 0 },
      },
    ],
  });
  const names = result.credentials[0].checks.map(({ check }: { check: string }) => check);
  t.ok(names.every((name: string) => CHECK_NAMES.some((known) => known === name)));
  t.equal(new Set(names).size, 12);
});

t.test('A presentation is answered with its own checks and those of each credential', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  revoke(world, 3);
  const credentials = [await issue(world), await issue(world, { index: 3 })];
  const verifiablePresentation = await present(world, credentials, { challenge });
  const answer = await post(URL, {
    verifiablePresentation,
    options: { challenge, domain: DOMAIN },
  });
  t.equal(answer.statusCode, 200, 'that a credential fails is an answer');
  const result = answer.json();
  t.ok(answerShape.Check(result));
  t.match(result, { scope: 'presentation', overall: 'fail', holder: world.holder.did });
  t.match(
    result.credentials.map(({ overall }: { overall: string }) => overall),
    ['pass', 'fail'],
  );
  const status = result.credentials[1].checks.find(
    ({ check }: { check: string }) => check === 'status',
  );
  t.match(status, {
    outcome: 'fail',
    code: 'CREDENTIAL_REVOKED',
    detail: 'The issuer has revoked this credential.',
  });
});

t.test('A presentation by another key names no holder', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const by = createHolder();
  const verifiablePresentation = await present(world, [await issue(world)], { challenge, by });
  const answer = await post(URL, {
    verifiablePresentation,
    options: { challenge, domain: DOMAIN },
  });
  t.match(answer.json(), { overall: 'fail', holder: null });
});

t.test('A presentation needs a challenge and a domain here', async (t) => {
  const { post } = await build(t);
  for (const [body, detail] of [
    [{ verifiablePresentation: {} }, 'must have property options when'],
    [
      { verifiablePresentation: {}, options: { challenge: 'a' } },
      "/options must have required property 'domain'",
    ],
    [
      { verifiablePresentation: {}, options: { challenge: 'a', domain: 'b', wallet: 'c' } },
      '/options/wallet wallet is not a known property',
    ],
    [
      { verifiableCredential: {}, options: { challenge: 'a', domain: 'b' } },
      'must have property verifiablePresentation when',
    ],
    [{ verifiablePresentation: {}, verifiableCredential: {} }, ''],
    [{}, "must have required property 'verifiableCredential' or 'verifiablePresentation'"],
  ] as const) {
    const answer = (await post(URL, body)).json<{ detail: string }>();
    t.match(answer, { status: 400, code: 'INVALID_REQUEST' });
    t.ok(answer.detail.includes(detail), answer.detail);
  }
});

t.test('The past time may stand in the address, and nothing else may', async (t) => {
  const { post, world } = await build(t);
  const body = { verifiableCredential: await issue(world) };
  const at = '2026-11-22T12:00:00Z';
  const asked = `${URL}?at=${at}`;
  t.match((await post(URL, body)).json(), { overall: 'pass', at: undefined });
  t.match((await post(asked, body)).json(), { overall: 'pass', at: '2026-11-22T12:00:00.000Z' });
  t.equal((await post(asked, { ...body, at })).statusCode, 200, 'said twice');
  const before = '2026-11-22T11:00:00Z';
  for (const [url, pointer, sent] of [
    [`${URL}?At=${at}`, '/querystring/At', body],
    [`${URL}?at=yesterday`, '/querystring/at', body],
    [asked, '/at', { ...body, at: before }],
    [asked, '/watch', { ...body, watch: true }],
  ] as const) {
    const refused = (await post(url, sent)).json();
    t.match(refused, { code: 'INVALID_REQUEST', errors: [{ pointer }] }, url);
  }
});

t.test('What was sent to the wrong place is told so', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const credential = await issue(world);
  const challenge = await getChallenge();
  const presentation = await present(world, [credential], { challenge });
  const options = { challenge, domain: DOMAIN };
  const right = await post(URL, { verifiablePresentation: presentation, options });
  t.equal(right.json().overall, 'pass');
  for (const sent of [presentation, { verifiableCredential: credential }]) {
    const answer = (await post(URL, { verifiableCredential: sent })).json();
    const [found] = answer.credentials[0].checks.filter(({ code }: { code?: string }) => code);
    t.match(found, { code: 'MALFORMED_VALUE_ERROR', pointer: '/verifiableCredential' });
    t.match(answer.sentence, /: it holds a credential, as a presentation does, and is not one/);
  }
  const answer = (await post(URL, { verifiablePresentation: credential, options })).json();
  t.match(answer.sentence, /: it is a credential by itself, and not a presentation of one\.$/);
});

t.test('A question without a token or a scope is refused', async (t) => {
  const { post, tokens } = await build(t);
  t.equal((await post(URL, { verifiableCredential: {} }, {} as never)).statusCode, 401);
  const other = tokens.bearer({ odsCode: 'ZZB02', scopes: ['credentials:read'] });
  t.equal((await post(URL, { verifiableCredential: {} }, other)).statusCode, 403);
});

t.test('Every route and its answers are in the API description', async (t) => {
  const { app } = await build(t);
  const { paths } = (await app.inject('/openapi.json')).json();
  for (const path of ['/challenges', '/credentials/verify', '/presentations/verify', URL]) {
    t.ok(paths[path].post.responses['200']);
    t.same(paths[path].post.security, [{ token: ['verifications:write'] }]);
  }
});
