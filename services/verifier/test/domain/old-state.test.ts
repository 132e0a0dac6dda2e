import t, { type Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { CheckName } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { becomes, createKey, NOON } from '../trust.ts';
import { checkOf, createWorld, FRESHNESS_MS, issue, tampered, type World } from '../world.ts';

interface Expected {
  check: CheckName;
  /** while the registry answers */
  code: string;
}

const UNAVAILABLE = { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' };

function registryGoesDown(world: World): void {
  world.registry.fetch = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
}

/** While the registry answers it is a no; of the old state it is not concluded. What that knows goes on to pass. */
async function isUnknownWhenOld(
  t: Test,
  arrange: (world: World) => Promise<JsonObject>,
  { check, code }: Expected,
) {
  const world = createWorld();
  const credential = await arrange(world);
  const known = await issue(world);
  const fresh = await verifyCredential(credential, world.ports);
  t.same(checkOf(fresh, check), { outcome: 'fail', code }, JSON.stringify(fresh.checks));
  t.equal(fresh.overall, 'fail');

  registryGoesDown(world);
  world.now += FRESHNESS_MS;
  const old = await verifyCredential(credential, world.ports);
  t.same(checkOf(old, check), UNAVAILABLE, JSON.stringify(old.checks));
  return { world, known, old };
}

t.test('A key that an old state does not pin for this may have been pinned since', async (t) => {
  const expected = { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' } as const;
  const unknown = await isUnknownWhenOld(
    t,
    (world) => issue(world, { signer: createKey(world.trust.did) }),
    expected,
  );
  t.equal(unknown.old.overall, 'unknown');
  t.equal(unknown.old.verdict, 'undetermined');
  t.equal((await verifyCredential(unknown.known, unknown.world.ports)).overall, 'pass');

  const other = await isUnknownWhenOld(
    t,
    (world) => issue(world, { signer: world.trust.status }),
    expected,
  );
  t.equal(other.old.overall, 'unknown', 'it is pinned for status lists');
});

t.test('A proof that does not hold fails, whatever an old state says of its key', async (t) => {
  const { old } = await isUnknownWhenOld(
    t,
    async (world) =>
      tampered(await issue(world, { signer: createKey(world.trust.did) }), (copy) => {
        Object.assign(copy['proof'] as JsonObject, { proofPurpose: 'authentication' });
      }),
    { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' },
  );
  t.same(checkOf(old, 'proof'), { outcome: 'fail', code: 'PROOF_PURPOSE_MISMATCH' });
  t.equal(old.overall, 'fail');
});

t.test('A key that an old state knows to be compromised fails', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  world.now += FRESHNESS_MS;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'fail');
  registryGoesDown(world);
  world.now += FRESHNESS_MS;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'issuer-key'), { outcome: 'fail', code: 'ISSUER_KEY_COMPROMISED' });
});

t.test(
  'An accreditation that an old state does not have may have been granted since',
  async (t) => {
    const { old, known, world } = await isUnknownWhenOld(
      t,
      (another) => issue(another, { type: 'FireSafetyCredential' }),
      { check: 'issuer-accredited', code: 'ISSUER_NOT_ACCREDITED' },
    );
    t.equal(old.overall, 'unknown');
    t.equal(old.verdict, 'undetermined');
    t.equal((await verifyCredential(known, world.ports)).overall, 'pass');
  },
);

t.test('An issuer that was invited in an old state may have been registered since', async (t) => {
  const { old } = await isUnknownWhenOld(
    t,
    async (world) => {
      const { organisation } = world.trust.record;
      organisation.statusHistory = organisation.statusHistory.slice(0, 1);
      organisation.status = 'invited';
      return issue(world);
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  );
  t.equal(old.overall, 'unknown');
});

t.test('An issuer that was suspended in an old state fails', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  becomes(world.trust, 'suspended', NOON + 1);
  world.now += FRESHNESS_MS;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'fail');
  registryGoesDown(world);
  world.now += FRESHNESS_MS;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'issuer-accredited'), { outcome: 'fail', code: 'ISSUER_NOT_REGISTERED' });
});
