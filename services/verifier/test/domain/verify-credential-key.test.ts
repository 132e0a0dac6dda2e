import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createKey, didDocumentOf, NOON } from '../trust.ts';
import { checkOf, createWorld, issue } from '../world.ts';
import { breaks } from './credential-helper.ts';

t.test('A key that the domain serves and the registry does not pin fails', (t) =>
  breaks(
    t,
    (world) => {
      const signer = createKey(world.trust.did);
      world.dids.fetch = async () => didDocumentOf(world.trust.did, [signer.id]);
      return issue(world, { signer });
    },
    { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' },
  ),
);

t.test('A key that is pinned for status lists does not sign credentials', (t) =>
  breaks(t, (world) => issue(world, { signer: world.trust.status }), {
    check: 'issuer-key',
    code: 'ISSUER_KEY_NOT_REGISTERED',
  }),
);

for (const [what, change, code] of [
  ['compromised', { state: 'compromised' }, 'ISSUER_KEY_COMPROMISED'],
  ['over before the proof', { validUntil: toDateTimeStamp(NOON) }, 'ISSUER_KEY_OUT_OF_PERIOD'],
  ['begun after the proof', { validFrom: '2026-11-22T12:00:01Z' }, 'ISSUER_KEY_OUT_OF_PERIOD'],
] as const) {
  t.test(`A proof by a key that is ${what} fails`, (t) =>
    breaks(
      t,
      (world, whole) => {
        Object.assign(world.trust.record.keys[0] ?? {}, change);
        return whole;
      },
      { check: 'issuer-key', code },
    ),
  );
}

t.test('A compromised key that is published no longer is still named as compromised', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  world.dids.fetch = async () => didDocumentOf(world.trust.did, [world.trust.status.id]);
  const gone = await verifyCredential(credential, world.ports);
  t.same(checkOf(gone, 'proof'), { outcome: 'fail', code: 'INVALID_VERIFICATION_METHOD' });
  t.same(checkOf(gone, 'issuer-key'), { outcome: 'not-run', code: undefined });

  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  const stolen = await verifyCredential(credential, world.ports);
  t.equal(stolen.overall, 'fail');
  t.same(checkOf(stolen, 'issuer-key'), { outcome: 'fail', code: 'ISSUER_KEY_COMPROMISED' });
});

t.test('A key that was retired after the proof still passes', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  Object.assign(world.trust.record.keys[0] ?? {}, {
    state: 'retired',
    validUntil: toDateTimeStamp(NOON + 1_000),
  });
  world.now += 3_600_000;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
});

t.test('A key that was pinned a moment ago is found after a second', async (t) => {
  const world = createWorld();
  const keys = world.trust.record.keys.splice(0, 1);
  const credential = await issue(world);
  const early = await verifyCredential(credential, world.ports);
  t.same(checkOf(early, 'issuer-key').code, 'ISSUER_KEY_NOT_REGISTERED');
  t.equal(world.registry.calls, 1, 'an answer of this very moment is not asked for again');
  world.trust.record = { ...world.trust.record, keys: [...keys, ...world.trust.record.keys] };
  world.now += 1_001;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  t.equal(world.registry.calls, 2);
});
