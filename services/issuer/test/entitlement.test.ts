import t, { type Test } from 'tap';
import { TRUST } from './fakes.ts';
import {
  addKey,
  bindWallet,
  build,
  buildReady,
  type Issuer,
  mintBody,
  pin,
  send,
} from './helper.ts';

const mintOnce = (issuer: Issuer) => send(issuer, { url: '/v1/credentials', body: mintBody() });

/** Time goes on until the registry is asked again. */
function ageRegistry(issuer: Issuer): void {
  issuer.time.now += 30_001;
}

async function refused(test: Test, issuer: Issuer, status: number, code: string) {
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, status, answer.body);
  test.equal(answer.json().code, code);
}

t.test('a trust that is suspended, or not in the registry, issues nothing', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer)).statusCode, 201);
  issuer.registry.of(TRUST).organisation.status = 'suspended';
  ageRegistry(issuer);
  await refused(test, issuer, 403, 'ISSUER_NOT_REGISTERED');
  issuer.registry.forget(TRUST);
  ageRegistry(issuer);
  await refused(test, issuer, 403, 'ISSUER_NOT_REGISTERED');
});

t.test('an invited trust may make its test issue; a closed or merged one nothing', async (test) => {
  const issuer = await buildReady(test);
  issuer.registry.of(TRUST).organisation.status = 'invited';
  test.equal((await mintOnce(issuer)).statusCode, 201);
  for (const status of ['closed', 'merged']) {
    issuer.registry.of(TRUST).organisation.status = status;
    ageRegistry(issuer);
    await refused(test, issuer, 403, 'ISSUER_NOT_REGISTERED');
  }
});

t.test(
  'an accreditation must be for the type and the action, begun, not over, not withdrawn',
  async (test) => {
    const issuer = await buildReady(test);
    test.equal((await mintOnce(issuer)).statusCode, 201);
    const good = structuredClone(issuer.registry.of(TRUST).accreditations);
    for (const change of [
      { credentialType: 'HepatitisBCredential' },
      { action: 'request' },
      { validFrom: '2027-01-01T00:00:00Z' },
      { validUntil: '2026-11-22T16:00:00Z' },
      { withdrawnAt: '2026-11-01T00:00:00Z' },
      { validFrom: 'yesterday' },
    ]) {
      issuer.registry.of(TRUST).accreditations = good.map((one) => ({ ...one, ...change }));
      ageRegistry(issuer);
      await refused(test, issuer, 403, 'ISSUER_NOT_ACCREDITED');
    }
    issuer.registry.of(TRUST).accreditations = good;
    ageRegistry(issuer);
    test.equal((await mintOnce(issuer)).statusCode, 201);
  },
);

t.test('a key signs only as the registry pins it: purpose, state and period', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer)).statusCode, 201);
  const good = structuredClone(issuer.registry.of(TRUST).keys);
  for (const change of [
    { purpose: 'status' },
    { state: 'retired' },
    { state: 'compromised' },
    { validFrom: '2027-01-01T00:00:00Z' },
    { validUntil: '2026-11-22T16:00:00Z' },
  ]) {
    issuer.registry.of(TRUST).keys = good.map((one) => ({ ...one, ...change }));
    ageRegistry(issuer);
    await refused(test, issuer, 409, 'ISSUER_KEY_NOT_REGISTERED');
  }
});

t.test('a new key waits until the registry lists it, and then signs', async (test) => {
  const issuer = await buildReady(test);
  issuer.time.now += 1_000;
  const answer = await send(issuer, {
    url: '/v1/keys',
    body: { odsCode: TRUST, purpose: 'assertion' },
    odsCode: undefined,
    scopes: ['keys:admin'],
  });
  const newer = answer.json();
  const methodOf = async () =>
    (await mintOnce(issuer)).json().verifiableCredential.proof.verificationMethod;
  test.equal(await methodOf(), issuer.key.verificationMethod);
  pin(issuer, newer.publicKeyMultibase, 'assertion');
  ageRegistry(issuer);
  test.equal(await methodOf(), newer.verificationMethod);
});

t.test('a trust without a key of its own here is told to make one', async (test) => {
  const issuer = await build(test);
  await bindWallet(issuer);
  await refused(test, issuer, 409, 'ISSUER_KEY_NOT_REGISTERED');
  await addKey(issuer);
  ageRegistry(issuer);
  test.equal((await mintOnce(issuer)).statusCode, 201);
});

t.test('a registry that is down is survived for thirty seconds and no longer', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer)).statusCode, 201);
  issuer.registry.state.down = true;
  issuer.time.now += 29_999;
  test.equal((await mintOnce(issuer)).statusCode, 201);
  issuer.time.now += 1;
  await refused(test, issuer, 503, 'REGISTRY_UNAVAILABLE');
  issuer.time.now -= 3_600_000;
  await refused(test, issuer, 503, 'REGISTRY_UNAVAILABLE');
  issuer.registry.state.down = false;
  test.equal((await mintOnce(issuer)).statusCode, 201);
});

t.test('fifty calls at once ask the registry once', async (test) => {
  const issuer = await buildReady(test);
  await Promise.all(Array.from({ length: 50 }, () => mintOnce(issuer)));
  test.equal(issuer.registry.state.questions, 1);
});

t.test('a trust that the registry knows by another DID issues nothing', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer)).statusCode, 201);
  issuer.registry.of(TRUST).organisation.did = 'did:web:elsewhere.example:trusts:ZZA01';
  ageRegistry(issuer);
  await refused(test, issuer, 403, 'ISSUER_NOT_REGISTERED');
});

t.test('a signature that the public key does not verify never leaves', async (test) => {
  const issuer = await buildReady(test);
  const { publicKeyMultibase } = await addKey(issuer, 'status');
  pin(issuer, publicKeyMultibase, 'assertion');
  await issuer.admin(
    `update issuer.signing_keys set public_key_multibase = $1 where purpose = 'assertion'`,
    [publicKeyMultibase],
  );
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, 503);
  test.equal(answer.json().code, 'PROOF_GENERATION_ERROR');
  test.notMatch(answer.body, 'proofValue');
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 0 }]);
});
