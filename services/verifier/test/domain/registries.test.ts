import t from 'tap';
import { VcError } from '#vc/error';
import type { RegistryState } from '../../src/domain/ports.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createStatesInMemory } from '../memory-stores.ts';
import { stateRegistry } from '../registry.ts';
import { createTrust, OTHER_ORIGIN } from '../trust.ts';
import {
  checkOf,
  connect,
  createWorld,
  FRESHNESS_MS,
  issue,
  STALE_LIMIT_MS,
  type World,
} from '../world.ts';

const CELL = 'did:web:passport.northmoor.example';

function goDown(world: World): void {
  world.registry.fetch = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
}

async function outcomeOf(world: World, credential: Awaited<ReturnType<typeof issue>>) {
  const result = await verifyCredential(credential, world.ports);
  return { overall: result.overall, code: checkOf(result, 'issuer-accredited').code };
}

t.test('With a registry that was never reached the answer is unknown, never a pass', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  connect(world);
  goDown(world);
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'unknown');
  for (const check of ['issuer-key', 'issuer-accredited'] as const) {
    t.same(checkOf(result, check), { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
  }
  t.equal(result.registry, undefined);
});

t.test(
  'A registry that is down is done without up to the limit, and past it nothing is known',
  async (t) => {
    const world = createWorld();
    const credential = await issue(world, { change: { validUntil: undefined } });
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
    const asked = world.registry.calls;
    goDown(world);
    world.now += FRESHNESS_MS - 1;
    t.equal((await outcomeOf(world, credential)).overall, 'pass');
    t.equal(world.registry.calls, asked, 'what is fresh is not asked for');
    world.now += STALE_LIMIT_MS - FRESHNESS_MS + 1;
    const late = await verifyCredential(credential, world.ports);
    t.equal(late.overall, 'pass');
    t.match(late.registry, { authority: CELL, epoch: 1, ageMs: STALE_LIMIT_MS });
    t.equal(world.registry.calls, asked + 1, 'one attempt a second, however many checks need it');
    world.now += 1;
    t.same(await outcomeOf(world, credential), { overall: 'unknown', code: 'REGISTRY_STALE' });
  },
);

t.test('No statement is used past its own end', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const whole = world.registry.fetch;
  world.registry.fetch = async (cell, since) => {
    const statement = await whole(cell, since);
    return { ...statement, expiresAt: statement.issuedAt + 60_000 };
  };
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  goDown(world);
  world.now += 59_999;
  t.equal((await outcomeOf(world, credential)).overall, 'pass');
  world.now += 1;
  t.same(await outcomeOf(world, credential), { overall: 'unknown', code: 'REGISTRY_STALE' });
});

t.test('R6: a registry that answers with an old state is as stale as its state', async (t) => {
  const world = createWorld();
  world.registry.epoch = 1;
  const credential = await issue(world);
  world.registry.fetch = async (cell, since) => {
    const issuedAt = world.now - STALE_LIMIT_MS;
    return { ...stateRegistry(world, cell.did, since), issuedAt };
  };
  const old = await verifyCredential(credential, world.ports);
  t.equal(old.overall, 'pass');
  t.equal(old.registry?.ageMs, STALE_LIMIT_MS, 'its age is that of the state, not of the fetch');

  connect(world);
  world.registry.fetch = async (cell, since) => {
    const issuedAt = world.now - STALE_LIMIT_MS - 1;
    return { ...stateRegistry(world, cell.did, since), issuedAt };
  };
  t.same(await outcomeOf(world, credential), { overall: 'unknown', code: 'REGISTRY_STALE' });
  t.equal(world.registry.calls, 2);
});

t.test('What is ahead of our clock is no younger than the fetch', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const whole = world.registry.fetch;
  world.registry.fetch = async (cell, since) => {
    const statement = await whole(cell, since);
    return { ...statement, issuedAt: statement.issuedAt + 50_000 };
  };
  t.equal((await verifyCredential(credential, world.ports)).registry?.ageMs, 0);
  world.now += 1_000;
  t.equal((await verifyCredential(credential, world.ports)).registry?.ageMs, 1_000);
});

t.test('A verifier that starts while a registry is down works with what was stored', async (t) => {
  const states = createStatesInMemory();
  const world = createWorld({ states });
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  goDown(world);
  connect(world, { states });
  world.now += 60_000;
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'pass');
  t.equal(result.registry?.ageMs, 60_000);
});

t.test('A process begins with a snapshot and goes on with changes for an hour', async (t) => {
  const states = createStatesInMemory();
  const world = createWorld({ states });
  const asked: (number | undefined)[] = [];
  const whole = world.registry.fetch;
  world.registry.fetch = (cell, since) => {
    asked.push(since);
    return whole(cell, since);
  };
  await world.registries.poll(CELL);
  await world.registries.poll(CELL);
  world.trusts.push(createTrust('ZZB02'));
  await world.registries.poll(CELL);
  await world.registries.poll(CELL);
  connect(world, { states });
  await world.registries.poll(CELL);
  await world.registries.poll(CELL);
  world.now += 3_600_000;
  await world.registries.poll(CELL);
  t.same(asked, [undefined, 1, 1, 2, undefined, 2, undefined]);
});

t.test(
  'A registry that went back is asked for a snapshot until it has passed what was seen',
  async (t) => {
    const world = createWorld();
    world.registry.epoch = 4;
    const whole = world.registry.fetch;
    await world.registries.poll(CELL);
    const asked: (number | undefined)[] = [];
    world.registry.fetch = async (cell, since) => {
      asked.push(since);
      return { ...stateRegistry(world, cell.did, since), records: [] };
    };
    world.registry.epoch = 3;
    for (const _ of [1, 2]) {
      await t.rejects(world.registries.poll(CELL), { code: 'REGISTRY_ROLLBACK' });
    }
    t.equal((await world.registries.stateOf(CELL, FRESHNESS_MS)).records.size, 1);
    world.registry.epoch = 6;
    await world.registries.poll(CELL);
    t.same(asked, [5, undefined, undefined]);
    t.equal((await world.registries.stateOf(CELL, FRESHNESS_MS)).records.size, 0);
    world.registry.fetch = whole;
  },
);

t.test('R8: a compromised key dies at the next poll, whatever was resolved before', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass', 'not heard of yet');
  await world.registries.poll(CELL);
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'fail');
  t.same(checkOf(result, 'issuer-key'), { outcome: 'fail', code: 'ISSUER_KEY_COMPROMISED' });
  const { id } = world.trust.assertion;
  await t.rejects(world.ports.resolveVerificationMethod(id, 'assertionMethod'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
  goDown(world);
  world.now += 10_000;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'fail');
});

t.test('Of an old state nobody concludes that an issuer is not registered', async (t) => {
  const world = createWorld();
  t.equal((await outcomeOf(world, await issue(world))).overall, 'pass');
  const unheard = createTrust('ZZB02');
  const credential = await issue(world, { by: unheard });
  const early = await outcomeOf(world, credential);
  t.same(early, { overall: 'fail', code: 'ISSUER_NOT_REGISTERED' });
  goDown(world);
  world.now += FRESHNESS_MS;
  const late = await outcomeOf(world, credential);
  t.same(late, { overall: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
});

t.test('A trust that was registered a moment ago is found after a second', async (t) => {
  const world = createWorld();
  const trust = createTrust('ZZB02');
  const credential = await issue(world, { by: trust });
  t.equal((await outcomeOf(world, credential)).code, 'ISSUER_NOT_REGISTERED');
  world.trusts.push(trust);
  t.equal((await outcomeOf(world, credential)).code, 'ISSUER_NOT_REGISTERED');
  t.equal(world.registry.calls, 1);
  world.now += 1_000;
  t.equal((await outcomeOf(world, credential)).overall, 'pass');
});

t.test('Credentials of another admitted cell verify, by its own registry and lists', async (t) => {
  const world = createWorld();
  const trust = createTrust('ZZS07', OTHER_ORIGIN);
  world.trusts.push(trust);
  const credential = await issue(world, { by: trust });
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'pass', JSON.stringify(result.checks));
  t.equal(result.registry?.authority, 'did:web:passport.southmere.example');

  const other = world.cells[1];
  if (other) other.withdrawnAt = new Date(world.now).toISOString();
  t.same(await outcomeOf(world, credential), { overall: 'fail', code: 'ISSUER_NOT_REGISTERED' });
});

t.test('A registry that is down takes no other cell with it', async (t) => {
  const world = createWorld();
  const trust = createTrust('ZZS07', OTHER_ORIGIN);
  world.trusts.push(trust);
  const credential = await issue(world, { by: trust });
  const own = await issue(world);
  const whole = world.registry.fetch;
  world.registry.fetch = async (cell, since) => {
    if (cell.did === CELL) throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
    return whole(cell, since);
  };
  t.equal((await outcomeOf(world, credential)).overall, 'pass');
  t.equal((await outcomeOf(world, own)).overall, 'unknown');
});

t.test('What another replica heard counts here too', async (t) => {
  const states = createStatesInMemory();
  const world = createWorld({ states });
  await world.registries.poll(CELL);
  const [kept] = await states.load();
  t.equal(kept?.epoch, 1);
  const ahead: RegistryState = { ...(kept as RegistryState), epoch: 5, records: new Map() };
  await states.advance(ahead, { hasNewRecords: true, latest: world.now });
  await world.registries.poll(CELL);
  t.equal((await world.registries.stateOf(CELL, FRESHNESS_MS)).epoch, 5);
});

t.test('Without the memory of registries no statement is taken', async (t) => {
  const states = {
    ...createStatesInMemory(),
    load: async () => {
      throw new VcError('SERVICE_UNAVAILABLE', 'no database');
    },
  };
  const world = createWorld({ states });
  const credential = await issue(world);
  t.same(await outcomeOf(world, credential), { overall: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
  t.equal(world.registry.calls, 0);
});
