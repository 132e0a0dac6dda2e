import t from 'tap';
import { createOfflineVerifier, type OfflineVerifierOptions } from '../src/offline.ts';
import { anchorThumbprint, collect } from './offline-world.ts';
import { createWorld, issue } from './world.ts';

const MINUTE = 60_000;

async function setting() {
  const world = createWorld();
  const verifiableCredential = await issue(world);
  const material = await collect(world, [verifiableCredential]);
  const open = (change: Partial<OfflineVerifierOptions> = {}) =>
    createOfflineVerifier({ material, anchorThumbprint, clock: () => world.now, ...change });
  const verdict = async (change?: Partial<OfflineVerifierOptions>) =>
    (await (await open(change)).verify({ verifiableCredential })).verdict;
  return { world, verifiableCredential, material, open, verdict };
}

t.test('A limit or a version that is no number is refused, and limits nothing away', async (t) => {
  const { open, verdict } = await setting();
  t.equal(await verdict({ limits: { statusListAgeMs: MINUTE }, minGenesisVersion: 1 }), 'accepted');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, '600000', null]) {
    const wrong = bad as number;
    for (const change of [
      { limits: { statusListAgeMs: wrong } },
      { limits: { registryAgeMs: wrong } },
      { minGenesisVersion: wrong },
    ]) {
      await t.rejects(open(change), { code: 'INVALID_REQUEST' }, JSON.stringify(change));
    }
  }
});

t.test(
  'A clock that gives no time is refused, and one that is set back makes nothing younger',
  async (t) => {
    const { open, verifiableCredential, verdict, world } = await setting();
    t.equal(await verdict(), 'accepted');
    await t.rejects(open({ clock: () => Number.NaN }), { code: 'INVALID_REQUEST' });
    const verifier = await open();
    const ask = async () => (await verifier.verify({ verifiableCredential })).verdict;
    world.now += 20 * MINUTE;
    t.equal(await ask(), 'undetermined');
    world.now -= 20 * MINUTE;
    t.equal(await ask(), 'undetermined');
  },
);

t.test('What stands in saved material is no option', async (t) => {
  const { material, verdict, world } = await setting();
  const limits = { registryAgeMs: 60 * MINUTE, statusListAgeMs: 60 * MINUTE };
  const edited = { ...material, limits, clock: 0, minGenesisVersion: 0 };
  t.equal(await verdict({ material: edited }), 'accepted');
  world.now += 20 * MINUTE;
  t.equal(await verdict({ limits }), 'accepted', 'the same as options');
  t.equal(await verdict({ material: edited }), 'undetermined');
});

t.test('A genesis file older than one that was seen is refused', async (t) => {
  const { open } = await setting();
  t.equal((await open({ minGenesisVersion: 1 })).genesisVersion, 1);
  await t.rejects(open({ minGenesisVersion: 2 }), { code: 'REGISTRY_ROLLBACK' });
});

t.test('Material larger than the network gives is refused', async (t) => {
  const { material, open, verdict } = await setting();
  t.equal(await verdict(), 'accepted');
  const [list, ...others] = material.statusLists;
  if (list === undefined) throw new Error('there is a list');
  const padded = { ...list, body: list.body + ' '.repeat(1024 * 1024) };
  const large = { ...material, statusLists: [padded, ...others] };
  await t.rejects(open({ material: large }), { code: 'INVALID_REQUEST' });
});
