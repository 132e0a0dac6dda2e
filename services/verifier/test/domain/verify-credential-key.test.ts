import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createKey, NOON } from '../trust.ts';
import { checkOf, createWorld, FRESHNESS_MS, issue } from '../world.ts';
import { breaks } from './credential-helper.ts';

t.test('V24: a key that the registry does not pin fails, whatever the domain serves', (t) =>
  breaks(t, (world) => issue(world, { signer: createKey(world.trust.did) }), {
    check: 'issuer-key',
    code: 'ISSUER_KEY_NOT_REGISTERED',
  }),
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

t.test('Of an old state nobody concludes that a key is not registered', async (t) => {
  const world = createWorld();
  t.equal((await verifyCredential(await issue(world), world.ports)).overall, 'pass');
  const credential = await issue(world, { signer: createKey(world.trust.did) });
  world.now += 1_000;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'fail');
  world.registry.fetch = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
  world.now += FRESHNESS_MS;
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'unknown');
  t.same(checkOf(result, 'proof'), { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
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
  t.equal(checkOf(early, 'proof').code, 'INVALID_VERIFICATION_METHOD');
  t.same(checkOf(early, 'issuer-key').code, 'ISSUER_KEY_NOT_REGISTERED');
  t.equal(world.registry.calls, 1, 'an answer of this very moment is not asked for again');
  world.trust.record.keys.push(...keys);
  world.now += 1_001;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  t.equal(world.registry.calls, 2);
});
