import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { createManagementServer } from '#kit/health';
import { generateEd25519Key, privateKeyToJwk } from '#proofs/signer';
import { readConfig } from '../../src/config.ts';
import { createDeps } from '../../src/deps.ts';
import { parseMintRequest } from '../../src/domain/parse-mint-request.ts';
import { ORIGIN, TRUST, TYPE } from '../fakes.ts';
import { buildReady, CLAIMS, type Issuer, mintBody, mintOnce } from '../helper.ts';

const left = async (issuer: Issuer) => {
  const [row] = await issuer.admin(`select
    (select count(*)::int from issuer.credentials) credentials,
    (select count(*)::int from issuer.credential_forms) forms,
    (select count(*)::int from issuer.idempotency_keys where body like '%urn:uuid%') answers,
    (select count(*)::int from issuer.audit where event like '%credential.issued%') audited`);
  return row;
};

t.test('I14: without its audit row nothing is issued, and nothing signed leaves', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer)).statusCode, 201, 'with it a credential is');
  const before = await left(issuer);
  await issuer.admin(`create function issuer.refuse() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: disk full'; end $$`);
  await issuer.admin(`create trigger refuse before insert on issuer.audit
    for each row execute function issuer.refuse()`);
  const body = mintBody({ forms: ['vcdm2-proof-set', 'jwt_vc_json', 'dc+sd-jwt'] });
  const keys = Array.from({ length: 8 }, () => randomUUID());
  const answers = await Promise.all(keys.map((key) => mintOnce(issuer, body, key)));
  for (const answer of answers) {
    test.equal(answer.statusCode, 503, answer.body);
    test.equal(answer.json().code, 'SERVICE_UNAVAILABLE');
    test.ok(answer.headers['retry-after'], 'it may be tried again');
    test.notMatch(answer.body, /proofValue|eyJ|urn:uuid|disk full/);
  }
  test.same(await left(issuer), before, 'neither record nor form nor answer nor audit row');

  await issuer.admin('drop trigger refuse on issuer.audit');
  const retried = await Promise.all(keys.map((key) => mintOnce(issuer, body, key)));
  test.same(new Set(retried.map(({ statusCode }) => statusCode)), new Set([201]));
  test.same(await left(issuer), { credentials: 9, forms: 16, answers: 9, audited: 9 });
});

const SKEW_MS = 5 * 60_000;
const NOWHERE = 'http://127.0.0.1:9';

/** What `/readyz` answers of a whole service of this clock, as its environment makes it. */
async function readinessOf(test: Test, issuer: Issuer, clock: () => number) {
  const directory = test.testdir({
    kek: issuer.keyEncryptionKey.toString('base64'),
    jwk: JSON.stringify(privateKeyToJwk(generateEd25519Key().privateKey)),
  });
  const config = readConfig({
    PORT: '0',
    MANAGEMENT_PORT: '0',
    PUBLIC_ORIGIN: ORIGIN,
    DATABASE_URL: issuer.databaseUrl,
    LOG_LEVEL: 'silent',
    AUTHORIZATION_URL: NOWHERE,
    STATUS_LIST_URL: NOWHERE,
    TRUST_REGISTRY_URL: NOWHERE,
    CLIENT_ID: 'issuer',
    CLIENT_KEY_FILE: `${directory}/jwk`,
    AUDIT_KEY_FILE: `${directory}/jwk`,
    AUDIT_CHECKPOINT_FILE: `${directory}/checkpoints`,
    KEY_ENCRYPTION_KEY_FILE: `${directory}/kek`,
  });
  const deps = await createDeps(config, clock);
  const server = createManagementServer(deps);
  try {
    return (await server.inject('/readyz')).json();
  } finally {
    await server.close();
    await deps.close();
  }
}

t.test(
  'I20: of two issuers on one database, the one whose clock is wrong issues nothing',
  async (test) => {
    const issuer = await buildReady(test);
    // the registry's dates are of the tests' own time; this test lives in the database's
    const { keys, accreditations } = issuer.registry.of(TRUST);
    for (const each of [...keys, ...accreditations]) each.validFrom = '2020-01-01T00:00:00Z';
    const replica = (clock: () => number) => {
      const core = issuer.newCore({ clock, maxClockSkewMs: 60_000 });
      const issue = () => {
        const request = { method: 'POST', path: '/v1/credentials', body: Buffer.from('') };
        const caller = { odsCode: TRUST, clientId: 'client-1', person: undefined };
        const body = { employeeId: 'E-1', type: TYPE, claims: CLAIMS };
        return core.issuer.issue({ ...caller, idempotencyKey: undefined, request }, () =>
          parseMintRequest(body),
        );
      };
      const ready = () => readinessOf(test, issuer, clock);
      return { issue, ready };
    };
    const right = replica(Date.now);
    for (const offset of [SKEW_MS, -SKEW_MS]) {
      const wrong = replica(() => Date.now() + offset);
      const [good, bad] = await Promise.allSettled([right.issue(), wrong.issue()]);
      test.match(good, { status: 'fulfilled', value: { status: 201 } });
      test.match(bad, { status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } });
      test.match(await right.ready(), { status: 'ok' });
      const unwell = { status: 'unavailable', checks: { database: 'ok', clock: 'unavailable' } };
      test.same(await wrong.ready(), unwell, 'and it is taken out of service');
    }
    const tolerated = replica(() => Date.now() + 30_000);
    test.equal((await tolerated.issue()).status, 201, 'half a minute is nothing to refuse for');

    const times = await issuer.admin(`select
    abs(extract(epoch from issued_at - clock_timestamp())) < 60 near from issuer.credentials`);
    test.same(
      times.map(({ near }) => near),
      [true, true, true],
      'what was issued says the database’s time, within the skew',
    );
  },
);
