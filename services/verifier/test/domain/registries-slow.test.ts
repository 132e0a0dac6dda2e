import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createWorld, FRESHNESS_MS, issue, STALE_LIMIT_MS, type World } from '../world.ts';

const CELL = 'did:web:passport.northmoor.example';

function goDown(world: World): void {
  world.registry.fetch = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
}

async function overallOf(world: World, credential: Awaited<ReturnType<typeof issue>>) {
  return (await verifyCredential(credential, world.ports)).overall;
}

t.test(
  'A registry that does not answer keeps nobody waiting whom an old state may serve',
  async (t) => {
    const world = createWorld();
    const credential = await issue(world, { change: { validUntil: undefined } });
    t.equal(await overallOf(world, credential), 'pass');
    const whole = world.registry.fetch;
    goDown(world);
    world.now += FRESHNESS_MS;
    t.equal(await overallOf(world, credential), 'pass', 'the first waits for the failure');
    const { promise: answer, resolve: comesBack } = Promise.withResolvers<void>();
    world.registry.fetch = async (cell, since) => {
      await answer;
      return whole(cell, since);
    };
    world.now += 1_000;
    const asked = world.registry.calls;
    t.equal(await overallOf(world, credential), 'pass');
    t.equal(await overallOf(world, credential), 'pass');
    t.equal(world.registry.calls, asked + 1, 'it is asked all the same, once');
    comesBack();
    await world.registries.poll(CELL);
    t.equal((await verifyCredential(credential, world.ports)).registry?.ageMs, 0);
  },
);

t.test('Who has nothing to go by waits for a registry that is slow', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { change: { validUntil: undefined } });
  const whole = world.registry.fetch;
  t.equal(await overallOf(world, credential), 'pass');
  goDown(world);
  world.now += STALE_LIMIT_MS + 1;
  t.equal(await overallOf(world, credential), 'unknown');
  world.now += 1_000;
  world.registry.fetch = async (cell, since) => {
    await setImmediate();
    return whole(cell, since);
  };
  t.equal(await overallOf(world, credential), 'pass');
});
