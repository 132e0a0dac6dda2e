import t from 'tap';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { checkOf, createWorld, issue, revoke } from '../world.ts';

t.test('200 verifications at once fetch each list once in a window', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const verifyAll = (length: number) =>
    Promise.all(Array.from({ length }, () => verifyCredential(credential, world.ports)));
  const first = await verifyAll(200);
  t.ok(first.every(({ overall }) => overall === 'pass'));
  t.equal(world.lists.calls, 2);
  t.equal(world.registry.calls, 1);
  world.now += 29_999;
  await verifyAll(20);
  t.equal(world.lists.calls, 2);
  world.now += 1;
  await verifyAll(20);
  t.equal(world.lists.calls, 4);
});

t.test(
  'A list that cannot be had is asked for once a second, and never answered from before',
  async (t) => {
    const world = createWorld();
    const credential = await issue(world);
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
    const whole = world.lists.fetch;
    world.lists.fetch = async () => {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'slow');
    };
    world.now += 30_000;
    const verifyAll = () =>
      Promise.all(Array.from({ length: 200 }, () => verifyCredential(credential, world.ports)));
    const results = await verifyAll();
    t.ok(results.every(({ overall }) => overall === 'unknown'));
    world.now += 999;
    await verifyAll();
    t.equal(world.lists.calls, 4, 'two at first, two that failed');
    world.lists.fetch = whole;
    world.now += 1;
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
    t.equal(world.lists.calls, 6);
  },
);

t.test('A revocation is seen with the next window', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  revoke(world, 7);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 30_000;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'CREDENTIAL_REVOKED' });
});

t.test('A clock that jumps backwards brings no kept answer back', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  await verifyCredential(credential, world.ports);
  world.now -= 1;
  await verifyCredential(credential, world.ports);
  t.equal(world.lists.calls, 4);
});
