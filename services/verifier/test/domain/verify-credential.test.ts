import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { DAY, NOON } from '../trust.ts';
import { createWorld, issue, revoke } from '../world.ts';
import { breaks, issued } from './credential-helper.ts';

t.test('A credential of an accredited trust passes every check that is made of it', async (t) => {
  const world = createWorld();
  const result = await verifyCredential(await issue(world), world.ports);
  t.equal(result.overall, 'pass');
  t.equal(result.type, 'ResuscitationCredential');
  t.equal(result.issuer, world.trust.did);
  t.same(result.statusList, { version: NOON, fetchedAt: NOON, ageMs: 0 });
  const notRun = result.checks.filter(({ outcome }) => outcome !== 'pass');
  t.same(notRun, [
    { check: 'duplicate', outcome: 'not-run' },
    { check: 'holder-binding', outcome: 'not-run' },
  ]);
});

t.test('A credential with both suites passes', async (t) => {
  const world = createWorld();
  const suites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const;
  t.equal((await verifyCredential(await issue(world, { suites }), world.ports)).overall, 'pass');
});

function ahead(ms: number) {
  return {
    validFrom: toDateTimeStamp(NOON + ms),
    validUntil: toDateTimeStamp(NOON + DAY),
  };
}

function until(ms: number) {
  return {
    validFrom: toDateTimeStamp(NOON - DAY),
    validUntil: toDateTimeStamp(NOON + ms),
  };
}

t.test('validFrom may be 60 s ahead and no more', async (t) => {
  const world = createWorld();
  for (const seconds of [59, 60]) {
    const credential = await issue(world, { change: ahead(seconds * 1_000) });
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  }
  await breaks(t, issued({ change: ahead(61_000) }), {
    check: 'validity',
    code: 'CREDENTIAL_NOT_YET_VALID',
  });
});

t.test('validUntil is the last moment that counts', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { change: until(0) });
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  await breaks(t, issued({ change: until(-1_000) }), {
    check: 'validity',
    code: 'CREDENTIAL_EXPIRED',
  });
});

t.test('A revoked and a suspended credential fail', async (t) => {
  for (const [purpose, code] of [
    ['revocation', 'CREDENTIAL_REVOKED'],
    ['suspension', 'CREDENTIAL_SUSPENDED'],
  ] as const) {
    await breaks(
      t,
      (world, whole) => {
        revoke(world, 7, purpose);
        return whole;
      },
      { check: 'status', code },
    );
  }
});
