import t, { type Test } from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import type { CheckName } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { decide, issueAs } from '../forms.ts';
import { accredit, becomes, DAY, NOON } from '../trust.ts';
import { ASKER, checkOf, createWorld, issue, revoke, type World } from '../world.ts';

/** Whole days before now. */
const ago = (days: number) => NOON - days * DAY;
const stamp = (days: number) => toDateTimeStamp(ago(days));

function asOf(world: World, credential: JsonObject | string, days: number) {
  const past = { at: ago(days), odsCode: ASKER.odsCode };
  return verifyCredential(credential, world.ports, { past });
}

/** Signed that many days ago, for as long as nothing is said. */
function issuedBefore(world: World, days: number) {
  return issue(world, { created: ago(days), change: { validUntil: undefined } });
}

async function fails(
  t: Test,
  result: ReturnType<typeof asOf>,
  check: CheckName,
  code: string,
): Promise<void> {
  const answer = await result;
  t.same(checkOf(answer, check), { outcome: 'fail', code }, JSON.stringify(answer.checks));
  t.equal(answer.overall, 'fail');
}

t.test('What has expired was valid then, by a key that was rotated since', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { created: ago(10) });
  const late = await issue(world, { created: ago(4) });
  t.equal((await asOf(world, late, 3.5)).overall, 'pass', 'before it is known to be rotated');
  const [key] = world.trust.record.keys;
  Object.assign(key ?? {}, { state: 'retired', validUntil: stamp(5) });
  world.now += 31_000;
  t.equal((await asOf(world, credential, 9.5)).overall, 'pass');
  const now = await verifyCredential(credential, world.ports);
  t.equal(checkOf(now, 'validity').code, 'CREDENTIAL_EXPIRED');
  await fails(t, asOf(world, credential, 8.9), 'validity', 'CREDENTIAL_EXPIRED');
  await fails(t, asOf(world, late, 3.5), 'issuer-key', 'ISSUER_KEY_OUT_OF_PERIOD');
});

t.test('A key that is compromised counts for no time', async (t) => {
  const world = createWorld();
  const credential = await issuedBefore(world, 10);
  t.equal((await asOf(world, credential, 9)).overall, 'pass');
  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  world.now += 31_000;
  await fails(t, asOf(world, credential, 9), 'issuer-key', 'ISSUER_KEY_COMPROMISED');
});

t.test('What was signed or begins after that time is genuine and was not valid then', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { created: ago(10) });
  t.equal((await asOf(world, credential, 10)).overall, 'pass', 'from the moment on');
  for (const days of [10 + 1 / DAY, 20]) {
    const result = asOf(world, credential, days);
    await fails(t, result, 'validity', 'PROOF_CREATED_INVALID');
    t.equal((await result).verdict, 'genuine-not-accepted');
  }
  const early = await issue(world, { created: ago(10), change: { validFrom: stamp(9.5) } });
  await fails(t, asOf(world, early, 9.9), 'validity', 'CREDENTIAL_NOT_YET_VALID');
});

t.test('An accreditation that lapsed and was granted again counts in its periods', async (t) => {
  const world = createWorld();
  const { accreditations } = world.trust.record;
  Object.assign(accreditations[0] ?? {}, { validUntil: stamp(8) });
  accreditations.push({ ...accredit('ResuscitationCredential'), validFrom: stamp(3) });
  const [first, between, second] = [
    await issuedBefore(world, 10),
    await issuedBefore(world, 5),
    await issuedBefore(world, 2),
  ];
  for (const [days, code] of [
    [9, undefined],
    [5, 'ISSUER_ACCREDITATION_LAPSED'],
    [1, undefined],
  ] as const) {
    const result = await asOf(world, first, days);
    t.equal(result.overall, 'pass');
    t.equal(checkOf(result, 'issuer-accredited').code, code, `${days} days ago`);
  }
  await fails(t, asOf(world, between, 1), 'issuer-accredited', 'ISSUER_NOT_ACCREDITED');
  t.equal((await asOf(world, second, 1.5)).overall, 'pass');

  Object.assign(accreditations[1] ?? {}, { withdrawnAt: stamp(1), withdrawnForCause: true });
  world.now += 31_000;
  const withdrawn = 'ISSUER_ACCREDITATION_WITHDRAWN';
  await fails(t, asOf(world, second, 1.5), 'issuer-accredited', withdrawn);
  const lapsed = checkOf(await asOf(world, first, 1.5), 'issuer-accredited');
  t.same(lapsed, { outcome: 'pass', code: 'ISSUER_ACCREDITATION_LAPSED' });
});

t.test('A trust that was suspended counts before and after, not while it was', async (t) => {
  const world = createWorld();
  const credential = await issuedBefore(world, 25);
  becomes(world.trust, 'suspended', ago(20));
  becomes(world.trust, 'registered', ago(10));
  t.equal((await asOf(world, credential, 22)).overall, 'pass');
  await fails(t, asOf(world, credential, 15), 'issuer-accredited', 'ISSUER_NOT_REGISTERED');
  t.equal((await asOf(world, credential, 5)).overall, 'pass');

  becomes(world.trust, 'suspended', ago(1));
  world.now += 31_000;
  t.equal((await asOf(world, credential, 5)).overall, 'pass', 'it was registered then');
  await fails(t, asOf(world, credential, 0.5), 'issuer-accredited', 'ISSUER_NOT_REGISTERED');
  t.equal((await verifyCredential(credential, world.ports)).overall, 'fail');
});

t.test(
  'What is clear now was not revoked then; of a suspension that is over nothing remains',
  async (t) => {
    const world = createWorld();
    const result = await asOf(world, await issuedBefore(world, 10), 5);
    t.equal(result.overall, 'pass');
    t.same(checkOf(result, 'status'), { outcome: 'pass', code: 'STATUS_AT_TIME_UNKNOWN' });
    t.match(result.sentence, /with a warning: the credential is not revoked, but whether/);
  },
);

for (const form of [
  'vcdm2-ed25519-2020',
  'vcdm1-ed25519-2020',
  'jwt_vc_json',
  'dc+sd-jwt',
] as const) {
  for (const decision of ['revoked', 'suspended'] as const) {
    t.test(`Whether a ${form} that is ${decision} now was so then is unknown`, async (t) => {
      const world = createWorld();
      decide(world, 3, decision);
      const created = ago(10);
      const whole = await issueAs(world, form, { created });
      t.equal((await asOf(world, whole, 9.5)).overall, 'pass');
      const bad = await asOf(world, await issueAs(world, form, { created, index: 3 }), 9.5);
      const unknown = { outcome: 'unknown', code: 'STATUS_AT_TIME_UNKNOWN' };
      t.same(checkOf(bad, 'status'), unknown);
      t.equal(bad.overall, 'unknown');
      t.equal(bad.verdict, 'undetermined');
    });
  }
}

t.test('A list that cannot be had leaves the status of then unknown for that reason', async (t) => {
  const world = createWorld();
  revoke(world, 3);
  const credential = await issuedBefore(world, 10);
  t.equal((await asOf(world, credential, 9)).overall, 'pass');
  world.lists.fetch = async () => ({});
  world.now += 31_000;
  const result = await asOf(world, credential, 9);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code: 'STATUS_VERIFICATION_ERROR' });
});
