import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { accredit, DAY, NOON } from '../trust.ts';
import { checkOf, createWorld, issue, type World } from '../world.ts';
import { breaks } from './credential-helper.ts';

for (const [what, arrange] of [
  ['whom the registry does not know', (world: World) => createTrustOf(world, 'ZZQ99')],
  ['of another cell', () => 'did:web:passport.elsewhere.example:trusts:ZZA01'],
  ['with a did:key', (world: World) => world.holder.did],
] as const) {
  t.test(`An issuer ${what} fails and its keys are not asked for`, async (t) => {
    await breaks(t, (world, whole) => ({ ...whole, issuer: arrange(world) }), {
      check: 'issuer-accredited',
      code: 'ISSUER_NOT_REGISTERED',
    });
    const world = createWorld();
    await verifyCredential({ ...(await issue(world)), issuer: arrange(world) }, world.ports);
    t.same(world.dids.calls, []);
  });
}

function createTrustOf(world: World, odsCode: string): string {
  return world.trust.did.replace(world.trust.odsCode, odsCode);
}

t.test('An issuer that is suspended from the registry fails', (t) =>
  breaks(
    t,
    (world, whole) => {
      world.trust.record.organisation.status = 'suspended';
      return whole;
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

for (const [what, change, code] of [
  ['for another type', { credentialType: 'FireSafetyCredential' }, 'ISSUER_NOT_ACCREDITED'],
  ['to request only', { action: 'request' }, 'ISSUER_NOT_ACCREDITED'],
  ['from a later day', { validFrom: toDateTimeStamp(NOON + DAY) }, 'ISSUER_NOT_ACCREDITED'],
  ['until an earlier day', { validUntil: toDateTimeStamp(NOON - DAY) }, 'ISSUER_NOT_ACCREDITED'],
  [
    'no longer, for cause',
    { withdrawnAt: toDateTimeStamp(NOON + 1_000), withdrawnForCause: true },
    'ISSUER_ACCREDITATION_WITHDRAWN',
  ],
] as const) {
  t.test(`An issuer accredited ${what} fails`, (t) =>
    breaks(
      t,
      (world, whole) => {
        Object.assign(world.trust.record.accreditations[0] ?? {}, change);
        return whole;
      },
      { check: 'issuer-accredited', code },
    ),
  );
}

t.test('An accreditation that lapsed since passes with a warning', async (t) => {
  for (const end of [
    { validUntil: toDateTimeStamp(NOON + 1_000) },
    { withdrawnAt: toDateTimeStamp(NOON + 1_000) },
  ]) {
    const world = createWorld();
    const credential = await issue(world);
    world.trust.record.accreditations = [{ ...accredit('ResuscitationCredential'), ...end }];
    world.now += 2_000;
    const result = await verifyCredential(credential, world.ports);
    t.equal(result.overall, 'pass');
    t.equal(checkOf(result, 'issuer-accredited').code, 'ISSUER_ACCREDITATION_LAPSED');
  }
});

t.test('With the registry down past its freshness the answer is unknown', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.registry.load = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
  world.now += 29_999;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 1;
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'unknown');
  for (const check of ['issuer-key', 'issuer-accredited'] as const) {
    t.same(checkOf(result, check), { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
  }
  t.equal(world.registry.calls, 2, 'a registry that is down is not asked again at once');
});
