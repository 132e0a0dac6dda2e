import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { build } from './helper.ts';
import { NOON } from './trust.ts';
import { issue, revoke, tampered } from './world.ts';

const URL = '/credentials/verify';

t.test('A good credential is answered with 200 and nothing that was not asked for', async (t) => {
  const { post, world } = await build(t);
  const answer = await post(URL, { verifiableCredential: await issue(world) });
  t.equal(answer.statusCode, 200);
  t.same(answer.json(), { verified: true });
});

t.test('What is asked for is returned: results, problems and the credential', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = await issue(world);
  const options = { returnResults: true, returnProblemDetails: true, returnCredential: true };
  const answer = (await post(URL, { verifiableCredential, options })).json();
  t.same(answer.credential, verifiableCredential);
  t.same(answer.problemDetails, []);
  t.same(answer.results.validFrom, { verified: true, input: verifiableCredential['validFrom'] });
  t.same(answer.results.validUntil.verified, true);
  t.equal(answer.results.credentialSchema[0].verified, true);
  t.same(
    answer.results.credentialStatus.map((one: JsonObject) => [one['value'], one['verified']]),
    [
      [0, true],
      [0, true],
    ],
  );
  t.same(answer.results.proof, [{ verified: true, input: verifiableCredential.proof }]);
});

t.test('A credential that does not verify is a 400 that names why', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = await issue(world);
  t.equal((await post(URL, { verifiableCredential })).statusCode, 200);
  const changed = tampered(verifiableCredential, (copy) => {
    copy['validUntil'] = '2030-01-01T00:00:00Z';
  });
  const answer = await post(URL, { verifiableCredential: changed });
  t.equal(answer.statusCode, 400);
  t.match(answer.headers['content-type'], /^application\/json/);
  t.match(answer.json(), {
    verified: false,
    problemDetails: [{ title: 'PROOF_VERIFICATION_ERROR', type: /^https:/, detail: /\.$/ }],
  });
  t.notOk('results' in answer.json());
});

t.test('A revoked credential is a 400 whose results give the value', async (t) => {
  const { post, world } = await build(t);
  revoke(world, 7);
  const body = { verifiableCredential: await issue(world), options: { returnResults: true } };
  const answer = await post(URL, body);
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().problemDetails[0].title, 'CREDENTIAL_REVOKED');
  t.match(answer.json().results.credentialStatus[0], { value: 1, verified: false });
});

t.test('An unknown status is never a 200', async (t) => {
  const { post, world } = await build(t);
  world.lists.fetch = async () => [] as unknown as JsonObject;
  const answer = await post(URL, { verifiableCredential: await issue(world) });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), {
    verified: false,
    problemDetails: [{ title: 'STATUS_VERIFICATION_ERROR' }],
  });
});

t.test('A lapsed accreditation is named as a warning with a 200', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = await issue(world);
  Object.assign(world.trust.record.accreditations[0] ?? {}, {
    validUntil: new Date(NOON + 1).toISOString(),
  });
  world.now += 1;
  const options = { returnProblemDetails: true };
  const answer = await post(URL, { verifiableCredential, options });
  t.equal(answer.statusCode, 200);
  t.match(answer.json(), { problemDetails: [{ title: 'ISSUER_ACCREDITATION_LAPSED' }] });
});

t.test('A body of another shape is a problem document', async (t) => {
  const { app, bearerOf, post } = await build(t);
  for (const body of [{}, { verifiableCredential: '' }, { verifiableCredential: {}, evil: 1 }]) {
    const answer = await post(URL, body);
    t.equal(answer.statusCode, 400);
    t.match(answer.headers['content-type'], /^application\/problem\+json/);
    t.equal(answer.json().code, 'INVALID_REQUEST');
  }
  const twice = await app.inject({
    method: 'POST',
    url: URL,
    headers: { ...bearerOf('ZZB02'), 'content-type': 'application/json' },
    payload: '{"verifiableCredential":{"id":"a","id":"b"}}',
  });
  t.equal(twice.json().code, 'PARSING_ERROR');
});

t.test('A body over 64 kB is a 413', async (t) => {
  const { post } = await build(t);
  const answer = await post(URL, { verifiableCredential: { name: 'x'.repeat(65_536) } });
  t.match(answer.json(), { status: 413, code: 'PAYLOAD_TOO_LARGE' });
});

t.test('Verifying needs a token, the scope and a trust', async (t) => {
  const { post, tokens } = await build(t);
  const body = { verifiableCredential: {} };
  t.equal((await post(URL, body, {} as never)).statusCode, 401);
  const other = tokens.bearer({ odsCode: 'ZZB02', scopes: ['credentials:read'] });
  t.equal((await post(URL, body, other)).statusCode, 403);
});
