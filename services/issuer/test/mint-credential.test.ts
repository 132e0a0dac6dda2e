import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { checkCredentialSchema } from '#catalogue/catalogue';
import { publicKeyObject } from '#did/keys';
import { verifyProofs } from '#proofs/verify-proofs';
import type { JsonObject, VerifiableCredential } from '#vc/data-model';
import { build, buildReady, CLAIMS, type Issuer, mintBody, send, START, TYPE } from './helper.ts';

const ROUTE = '/v1/credentials';
const mintOnce = (issuer: Issuer, body: unknown = mintBody(), key: string | null = randomUUID()) =>
  send(issuer, { url: ROUTE, body, key });

function verify(document: JsonObject, verificationMethod: string) {
  const publicKeyMultibase = verificationMethod.split('#')[1] ?? '';
  return verifyProofs({
    document,
    purpose: 'assertionMethod',
    now: START,
    resolveVerificationMethod: async (id) => ({
      id,
      controller: id.split('#')[0] ?? '',
      publicKeyMultibase,
      publicKey: publicKeyObject(publicKeyMultibase),
    }),
  });
}

t.test('typed claims become a credential that verifies and follows its schema', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, 201);
  const { verifiableCredential } = answer.json<{ verifiableCredential: VerifiableCredential }>();
  test.equal(
    answer.headers.location,
    `/credentials/${(verifiableCredential['id'] as string).slice(9)}`,
  );
  test.match(verifiableCredential, {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://staffpassport.example/contexts/v1',
      'https://w3id.org/security/suites/ed25519-2020/v1',
    ],
    type: ['VerifiableCredential', TYPE],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    validFrom: '2026-11-22T16:00:00Z',
    credentialSubject: { id: issuer.wallet.did, ...CLAIMS },
    trustFramework: { provider: 'Ashmere Teaching Hospitals Trust' },
    credentialSchema: { id: `https://staffpassport.example/schemas/${TYPE}/1.0.0` },
    credentialStatus: [
      { statusPurpose: 'revocation', statusListIndex: '0' },
      { statusPurpose: 'suspension', statusListIndex: '0' },
    ],
    proof: {
      type: 'Ed25519Signature2020',
      created: '2026-11-22T16:00:00Z',
      verificationMethod: issuer.key.verificationMethod,
    },
  });
  test.same(checkCredentialSchema(verifiableCredential), []);
  const result = await verify(verifiableCredential, issuer.key.verificationMethod);
  test.equal(result.verified, true, JSON.stringify(result.problems));
});

t.test(
  'what is committed is what was answered, with its digest, key, index and requester',
  async (test) => {
    const issuer = await buildReady(test);
    const answer = await mintOnce(issuer);
    const [row] = await issuer.admin('select * from issuer.credentials');
    test.equal(answer.body, `{"verifiableCredential":${String(row?.['document'])}}`);
    const digest = createHash('sha256').update(String(row?.['document'])).digest();
    test.ok(digest.equals(row?.['digest'] as Buffer));
    test.match(row, {
      ods_code: 'ZZA01',
      employee_id: 'E-1',
      holder_did: issuer.wallet.did,
      catalogue_version: '1.0.0',
      list_index: 0,
      requested_by: 'client-ZZA01',
      status: 'active',
    });
    const events = await issuer.admin(
      `select event from issuer.audit where event like '%credential.issued%'`,
    );
    test.equal(events.length, 1);
    test.match(events[0]?.['event'], String(row?.['id']));
  },
);

t.test('a workforce record becomes a credential', async (test) => {
  const issuer = await buildReady(test);
  const record = JSON.parse(
    readFileSync(
      new URL('./fixtures/dsp-api/AddEmployeeRecordRequestRightToWork.json', import.meta.url),
      'utf8',
    ),
  ) as JsonObject;
  const answer = await mintOnce(issuer, { employeeId: 'E-1', record });
  test.equal(answer.statusCode, 201, answer.body);
  test.equal(answer.json().verifiableCredential.type[1], 'RightToWorkCredential');
});

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

t.test('a write without an idempotency key is refused', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer, mintBody(), null);
  test.equal(answer.statusCode, 400);
  test.equal(answer.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const long = await mintOnce(issuer, mintBody(), 'k'.repeat(256));
  test.equal(long.statusCode, 400);
  test.equal(long.json().code, 'IDEMPOTENCY_KEY_INVALID');
});

t.test('fifty equal calls at once make one credential and fifty equal answers', async (test) => {
  const issuer = await buildReady(test);
  const calls = Array.from({ length: 50 }, () => mintOnce(issuer, mintBody(), 'same-key'));
  const answers = await Promise.all(calls);
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  test.equal(new Set(answers.map(({ body }) => body)).size, 1);
  test.equal(new Set(answers.map(({ headers }) => headers.location)).size, 1);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('a key used for another body is refused, and is free for another trust', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer, mintBody(), 'key')).statusCode, 201);
  const reused = await mintOnce(issuer, mintBody({ employeeId: 'E-9' }), 'key');
  test.equal(reused.statusCode, 422);
  test.equal(reused.json().code, 'IDEMPOTENCY_KEY_REUSED');
  const other = await send(issuer, { url: ROUTE, body: mintBody(), key: 'key', odsCode: 'ZZB02' });
  test.equal(other.json().code, 'ISSUER_KEY_NOT_REGISTERED', 'it ran, and found no key of its own');
});

t.test('a hundred calls at once get a hundred indexes', async (test) => {
  const issuer = await buildReady(test);
  issuer.statusLists.state.sliceSize = 8;
  const answers = await Promise.all(Array.from({ length: 100 }, () => mintOnce(issuer)));
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  const rows = await issuer.admin(
    'select count(distinct list_index)::int indexes, count(*)::int n from issuer.credentials',
  );
  test.match(rows, [{ indexes: 100, n: 100 }]);
});

t.test('when the commit fails nothing signed leaves, and a retry issues', async (test) => {
  const issuer = await buildReady(test);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin if new.employee_id = 'E-1' then raise exception 'canary'; end if; return new; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.credentials
    for each row execute function issuer.canary()`);
  const failed = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(failed.statusCode, 500);
  test.notMatch(failed.body, /proofValue|verifiableCredential|canary/);
  await issuer.admin('drop trigger canary on issuer.credentials');
  const retried = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(retried.statusCode, 201);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('when the audit row cannot be written nothing is issued', async (test) => {
  const issuer = await buildReady(test);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin raise exception 'disk full'; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.audit
    for each row execute function issuer.canary()`);
  const failed = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(failed.statusCode, 503);
  test.ok(failed.headers['retry-after']);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 0 }]);
  await issuer.admin('drop trigger canary on issuer.audit');
  test.equal((await mintOnce(issuer, mintBody(), 'retried')).statusCode, 201);
});

t.test('an id that is drawn twice is drawn again, and overwrites nothing', async (test) => {
  const issuer = await buildReady(test);
  const id = randomUUID();
  issuer.ids.push(id);
  const first = await mintOnce(issuer);
  issuer.ids.push(id);
  const second = await mintOnce(issuer);
  test.equal(first.headers.location, `/credentials/${id}`);
  test.equal(second.statusCode, 201);
  test.not(second.headers.location, first.headers.location);
  const [row] = await issuer.admin('select document from issuer.credentials where id = $1', [id]);
  test.equal(first.body, `{"verifiableCredential":${String(row?.['document'])}}`);
});

t.test('without a status index nothing is issued', async (test) => {
  const issuer = await buildReady(test);
  issuer.statusLists.state.down = true;
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, 503);
  test.equal(answer.json().code, 'SERVICE_UNAVAILABLE');
  issuer.statusLists.state.down = false;
  test.equal((await mintOnce(issuer)).statusCode, 201);
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

t.test('logs hold no claim, no DID of a person and no employee id', async (test) => {
  const issuer = await buildReady(test);
  await mintOnce(issuer, mintBody({ employeeId: 'E-CANARY' }));
  await mintOnce(issuer, mintBody({ claims: { ...CLAIMS, subjectName: 'CANARY' } }));
  await mintOnce(issuer);
  test.ok(issuer.logs.length > 2);
  test.notMatch(issuer.logs.join(''), /CANARY|E-1|did:key|Fire Safety/);
});

t.test('a record may carry images up to a megabyte in all', async (test) => {
  const issuer = await buildReady(test);
  const record = { recordType: 'None', frontImage: 'A'.repeat(300_000) };
  const answer = await mintOnce(issuer, { employeeId: 'E-1', record });
  test.equal(answer.statusCode, 422, 'read, and refused for its type');
  const larger = { recordType: 'None', frontImage: 'A'.repeat(1_100_000) };
  test.equal((await mintOnce(issuer, { employeeId: 'E-1', record: larger })).statusCode, 413);
});
