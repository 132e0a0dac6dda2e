import t from 'tap';
import { build } from './helper.ts';
import { createHolder } from './trust.ts';
import { DOMAIN, issue, present, revoke } from './world.ts';

const URL = '/presentations/verify';

t.test('A presentation over a challenge of this service is answered with 200', async (t) => {
  const { admin, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const presentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation: presentation, options: { challenge, domain: DOMAIN } };
  const answer = await post(URL, body);
  t.equal(answer.statusCode, 200);
  t.same(answer.json(), { verified: true });

  const { rows } = await admin.query('select event from verifier.audit');
  const row = rows.map(({ event }) => String(event)).find((event) => /challenge\.used/.test(event));
  t.match(row, /"credentials":1,.*"overall":"pass","passed":1/);
  t.notMatch(row, /did:key/, 'nobody is named');
});

t.test('The results hold each proof and each credential', async (t) => {
  const { getChallenge, post, world } = await build(t);
  revoke(world, 9);
  const challenge = await getChallenge();
  const credentials = [await issue(world), await issue(world, { index: 9 })];
  const verifiablePresentation = await present(world, credentials, { challenge });
  const options = { challenge, domain: DOMAIN, returnResults: true, returnPresentation: true };
  const answer = await post(URL, { verifiablePresentation, options });
  t.equal(answer.statusCode, 400);
  const result = answer.json();
  t.same(result.verifiablePresentation, verifiablePresentation);
  t.match(result.problemDetails, [
    {
      title: 'CREDENTIAL_REVOKED',
      pointer: '/verifiableCredential/1/credentialStatus/0',
    },
  ]);
  t.match(result.results.presentation, {
    challenge: { verified: true, input: challenge },
    domain: { verified: true, input: DOMAIN },
    holder: { verified: true, input: world.holder.did },
    proof: [{ verified: true, problemDetails: [] }],
  });
  t.match(result.results.credentials, [{ verified: true }, { verified: false }]);
});

t.test('A challenge works once: of 50 at the same time one wins', async (t) => {
  const { admin, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation, options: { challenge, domain: DOMAIN } };
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(URL, body)));
  const [won, lost] = [200, 400].map((status) =>
    answers.filter(({ statusCode }) => statusCode === status),
  );
  t.equal(won?.length, 1);
  t.equal(lost?.length, 49);
  t.ok(lost?.every((one) => one.json().problemDetails[0].title === 'CHALLENGE_USED'));
  const { rows } = await admin.query('select * from verifier.audit');
  t.equal(rows.length, 2, 'one row for the making, one for the use');
});

t.test('A challenge that was never given out fails', async (t) => {
  const { post, world } = await build(t);
  const verifiablePresentation = await present(world, [await issue(world)], { challenge: 'mine' });
  const answer = await post(URL, { verifiablePresentation, options: { challenge: 'mine' } });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { problemDetails: [{ title: 'CHALLENGE_UNKNOWN' }] });
});

t.test('A challenge of another trust fails and stays theirs to use', async (t) => {
  const { bearerOf, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge(bearerOf('ZZC03'));
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation, options: { challenge } };
  t.equal((await post(URL, body)).json().problemDetails[0].title, 'CHALLENGE_UNKNOWN');
  t.equal((await post(URL, body, bearerOf('ZZC03'))).statusCode, 200);
});

t.test('A challenge lasts ten minutes', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const use = async (afterMs: number) => {
    const challenge = await getChallenge();
    world.now += afterMs;
    const verifiablePresentation = await present(world, [await issue(world)], { challenge });
    return post(URL, { verifiablePresentation, options: { challenge } });
  };
  t.equal((await use(599_999)).statusCode, 200);
  const late = await use(600_000);
  t.equal(late.statusCode, 400);
  t.match(late.json(), { problemDetails: [{ title: 'CHALLENGE_EXPIRED' }] });
});

t.test('A forged presentation does not use up the challenge', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const credentials = [await issue(world)];
  const verify = async (by = world.holder) => {
    const verifiablePresentation = await present(world, credentials, { challenge, by });
    return post(URL, { verifiablePresentation, options: { challenge } });
  };
  const forged = await verify(createHolder());
  t.equal(forged.json().problemDetails[0].title, 'HOLDER_MISMATCH');
  t.equal((await verify()).statusCode, 200);
});

t.test('Without a challenge a presentation fails', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const answer = await post(URL, { verifiablePresentation });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { problemDetails: [{ title: 'INVALID_CHALLENGE_ERROR' }] });
});

t.test('When the use cannot be audited the answer is 503 and the challenge stays', async (t) => {
  const { admin, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation, options: { challenge } };
  await admin.query('revoke execute on all functions in schema verifier from verifier_login');
  t.match((await post(URL, body)).json(), { status: 503, code: 'SERVICE_UNAVAILABLE' });
  const { rows } = await admin.query('select used_at from verifier.challenges');
  t.same(rows, [{ used_at: null }]);
});

t.test('A body of another shape is a problem document, one over 1 MB a 413', async (t) => {
  const { post } = await build(t);
  const wrong = await post(URL, { verifiablePresentation: {}, options: { evil: true } });
  t.match(wrong.json(), { status: 400, code: 'INVALID_REQUEST' });
  const huge = await post(URL, { verifiablePresentation: { a: 'x'.repeat(1024 * 1024) } });
  t.match(huge.json(), { status: 413, code: 'PAYLOAD_TOO_LARGE' });
});
