import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { accredit, becomes, DAY, NOON } from '../trust.ts';
import { checkOf, createWorld, issue, type World } from '../world.ts';
import { breaks } from './credential-helper.ts';

for (const [what, arrange] of [
  ['whom the registry does not know', (world: World) => createTrustOf(world, 'ZZQ99')],
  ['of a cell that was not admitted', () => 'did:web:passport.elsewhere.example:trusts:ZZA01'],
  ['of a cell under another', (world: World) => `${world.trust.did}:trusts:ZZA01`],
  ['with a did:key', (world: World) => world.holder.did],
] as const) {
  t.test(`An issuer ${what} fails and nothing of it is fetched`, async (t) => {
    await breaks(t, (world, whole) => ({ ...whole, issuer: arrange(world) }), {
      check: 'issuer-accredited',
      code: 'ISSUER_NOT_REGISTERED',
    });
    const world = createWorld();
    await verifyCredential({ ...(await issue(world)), issuer: arrange(world) }, world.ports);
    t.equal(world.lists.calls, 0);
  });
}

function createTrustOf(world: World, odsCode: string): string {
  return world.trust.did.replace(world.trust.odsCode, odsCode);
}

for (const status of ['suspended', 'invited'] as const) {
  t.test(`An issuer that is ${status} now fails, also for what it signed before`, (t) =>
    breaks(
      t,
      (world, whole) => {
        becomes(world.trust, status, NOON + 1);
        world.now += 1_000;
        return whole;
      },
      { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
    ),
  );
}

t.test('What an issuer signed while it was invited never counts, also once it is registered', (t) =>
  breaks(
    t,
    (world) => {
      world.trust.record.organisation.statusHistory = [
        { status: 'invited', validFrom: toDateTimeStamp(NOON - DAY) },
        { status: 'registered', validFrom: toDateTimeStamp(NOON + 1_000) },
      ];
      world.now += 5_000;
      return issue(world, { created: NOON });
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

t.test('What an issuer signed while it was suspended never counts, also once that is over', (t) =>
  breaks(
    t,
    (world) => {
      becomes(world.trust, 'suspended', NOON - 5_000);
      becomes(world.trust, 'registered', NOON + 1_000);
      world.now += 5_000;
      return issue(world, { created: NOON });
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

t.test('What an issuer signed before it was known at all fails', (t) =>
  breaks(
    t,
    (world) => {
      const validFrom = toDateTimeStamp(NOON + 1_000);
      world.trust.record.organisation.statusHistory = [{ status: 'registered', validFrom }];
      world.now += 5_000;
      return issue(world, { created: NOON });
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

t.test('A status that begins at a time that cannot be read fails', (t) =>
  breaks(
    t,
    (world, whole) => {
      world.trust.record.organisation.statusHistory.unshift({ status: 'invited', validFrom: '?' });
      return whole;
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

for (const status of ['closed', 'merged'] as const) {
  t.test(`What an issuer signed before it was ${status} passes with a warning`, async (t) => {
    const world = createWorld();
    const credential = await issue(world);
    becomes(world.trust, status, NOON + 1_000);
    world.now += 2_000;
    const before = await verifyCredential(credential, world.ports);
    t.equal(before.overall, 'pass');
    t.equal(checkOf(before, 'issuer-accredited').code, 'ISSUER_ACCREDITATION_LAPSED');
    const after = await verifyCredential(await issue(world), world.ports);
    t.same(checkOf(after, 'issuer-accredited'), {
      outcome: 'fail',
      code: 'ISSUER_NOT_REGISTERED',
    });
  });
}

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
