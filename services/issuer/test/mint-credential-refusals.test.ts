import t from 'tap';
import { TYPE } from './fakes.ts';
import { build, buildReady, CLAIMS, mintBody, mintOnce, send } from './helper.ts';

const ROUTE = '/v1/credentials';

t.test('a record together with typed claims, or neither, is refused', async (test) => {
  const issuer = await buildReady(test);
  for (const body of [
    mintBody({ record: {} }),
    { employeeId: 'E-1' },
    { employeeId: 'E-1', type: TYPE },
    { employeeId: 'E-1', claims: CLAIMS },
  ]) {
    const answer = await mintOnce(issuer, body);
    test.equal(answer.statusCode, 400);
    test.equal(answer.json().code, 'INVALID_REQUEST');
  }
});

t.test('members that would set what only the service sets are unknown properties', async (test) => {
  const issuer = await buildReady(test);
  for (const name of ['statusListIndex', 'tenantId', 'createdAt', 'issuer', 'id', 'odsCode']) {
    const answer = await mintOnce(issuer, mintBody({ [name]: 'x' }));
    test.equal(answer.statusCode, 400);
    test.match(answer.json(), { code: 'INVALID_REQUEST', errors: [{ pointer: `/${name}` }] });
  }
});

t.test('an unknown claim is refused by its name, and no status index is used up', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer, mintBody({ claims: { ...CLAIMS, shoeSize: '9' } }));
  test.equal(answer.statusCode, 422);
  test.match(answer.json(), { code: 'UNKNOWN_TERM', errors: [{ pointer: '/claims/shoeSize' }] });
  test.match(answer.json().detail, /shoeSize/);
  test.equal(issuer.statusLists.state.leases, 0);
});

t.test(
  'a missing claim, a claim of the wrong type and an unreal date are refused',
  async (test) => {
    const issuer = await buildReady(test);
    const { competencyName: _, ...missing } = CLAIMS;
    for (const claims of [
      missing,
      { ...CLAIMS, subjectLevel: 1 },
      { ...CLAIMS, dateLastAwarded: '2026-02-30' },
      { ...CLAIMS, awardingOrganisation: 'see @context' },
    ]) {
      const answer = await mintOnce(issuer, mintBody({ claims }));
      test.equal(answer.statusCode, 422, JSON.stringify(claims));
      test.equal(answer.json().code, 'CLAIMS_INVALID');
    }
  },
);

t.test('a type that the catalogue lacks is refused', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer, mintBody({ type: 'WizardCredential' }));
  test.equal(answer.statusCode, 422);
  test.equal(answer.json().code, 'UNKNOWN_CREDENTIAL_TYPE');
});

t.test('a person without a bound holder is refused with the way to bind one', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer, mintBody({ employeeId: 'E-2' }));
  test.equal(answer.statusCode, 422);
  test.equal(answer.json().code, 'HOLDER_NOT_BOUND');
  test.match(answer.json().detail, '/v1/holders/challenges');
});

t.test('a period that is not real, is upside down or has ended is refused', async (test) => {
  const issuer = await buildReady(test);
  const good = { validFrom: '2026-11-22T16:00:00Z', validUntil: '2027-11-22T16:00:00+01:00' };
  const answer = await mintOnce(issuer, mintBody(good));
  test.equal(answer.statusCode, 201);
  test.match(answer.json().verifiableCredential, good);
  for (const period of [
    { validUntil: '2026-02-30T00:00:00Z' },
    { validFrom: '2026-13-01T00:00:00Z' },
    { validUntil: '2026-11-22T15:59:59Z' },
    { validUntil: '2026-11-22T16:00:00Z' },
    { validFrom: '2027-01-02T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' },
  ]) {
    const refused = await mintOnce(issuer, mintBody(period));
    test.equal(refused.statusCode, 422, JSON.stringify(period));
    test.equal(refused.json().code, 'CLAIMS_INVALID');
  }
});

t.test('a period that the times of a JWT cannot say is refused in every form', async (test) => {
  const issuer = await buildReady(test);
  for (const form of ['jwt_vc_json', 'dc+sd-jwt', 'vcdm2-ed25519-2020']) {
    const mint = (period: object) => mintOnce(issuer, mintBody({ forms: [form], ...period }));
    const [from, until] = ['1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
    test.equal((await mint({ validFrom: from, validUntil: until })).statusCode, 201, form);
    for (const [pointer, period] of [
      ['/validFrom', { validFrom: '1969-12-31T23:59:59Z' }],
      ['/validFrom', { validFrom: '1970-01-01T00:00:00+00:01' }],
      ['/validUntil', { validUntil: '9999-12-31T23:59:59-00:01' }],
    ] as const) {
      const answer = await mint(period);
      test.equal(answer.statusCode, 422, `${form} ${JSON.stringify(period)}`);
      test.match(answer.json(), { code: 'CLAIMS_INVALID', errors: [{ pointer }] });
    }
  }
});

t.test('no token is 401, a token without the scope 403, one without a trust 403', async (test) => {
  const issuer = await build(test);
  const none = await issuer.app.inject({ method: 'POST', url: ROUTE, payload: mintBody() });
  test.equal(none.statusCode, 401);
  const scopes = ['credentials:read'];
  test.equal((await send(issuer, { url: ROUTE, body: mintBody(), scopes })).statusCode, 403);
  const noTrust = await send(issuer, { url: ROUTE, body: mintBody(), odsCode: undefined });
  test.equal(noTrust.statusCode, 403);
});

t.test('a record may carry images up to a megabyte in all', async (test) => {
  const issuer = await buildReady(test);
  const record = { recordType: 'None', frontImage: 'A'.repeat(300_000) };
  const answer = await mintOnce(issuer, { employeeId: 'E-1', record });
  test.equal(answer.statusCode, 422, 'read, and refused for its type');
  const larger = { recordType: 'None', frontImage: 'A'.repeat(1_100_000) };
  test.equal((await mintOnce(issuer, { employeeId: 'E-1', record: larger })).statusCode, 413);
});
