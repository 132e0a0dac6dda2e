import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { createHolder, ORIGIN } from '../trust.ts';
import { checkOf, createWorld, issue, present, revoke, tampered, type World } from '../world.ts';
import { verify } from './presentation-helper.ts';

async function issueMany(world: World, count: number): Promise<JsonObject[]> {
  const credentials: JsonObject[] = [];
  for (let index = 0; index < count; index += 1) credentials.push(await issue(world, { index }));
  return credentials;
}

// Of lists that no other credential names.
function listed(at: number): JsonObject[] {
  return ['revocation', 'suspension'].map((statusPurpose) => ({
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: '7',
    statusListCredential: `${ORIGIN}/status-lists/${statusPurpose}-${at}`,
  }));
}

t.test('30 credentials of one holder pass together', async (t) => {
  const world = createWorld();
  const result = await verify(world, await present(world, await issueMany(world, 30)));
  t.equal(result.overall, 'pass', JSON.stringify(result.checks));
  t.equal(result.holder, world.holder.did);
  t.equal(result.credentials.length, 30);
  for (const { checks } of result.credentials) {
    t.ok(checks.every(({ outcome }) => outcome === 'pass'));
  }
  t.equal(world.lists.calls, 2);
});

t.test('One revoked credential fails, the 29 others pass, and the whole fails', async (t) => {
  const world = createWorld();
  const presentation = await present(world, await issueMany(world, 30));
  revoke(world, 11);
  const result = await verify(world, presentation);
  t.equal(result.overall, 'fail');
  const bad = result.credentials.filter(({ overall }) => overall !== 'pass');
  t.equal(bad.length, 1);
  t.equal(result.credentials[11]?.overall, 'fail');
  const status = result.credentials[11]?.checks.find(({ check }) => check === 'status');
  t.match(status, {
    code: 'CREDENTIAL_REVOKED',
    pointer: '/verifiableCredential/11/credentialStatus/0',
  });
});

t.test('One credential of unknown status makes the whole unknown', async (t) => {
  const world = createWorld();
  const presentation = await present(world, await issueMany(world, 2));
  world.lists.fetch = async () => [] as unknown as JsonObject;
  t.equal((await verify(world, presentation)).overall, 'unknown');
});

t.test('64 lists that cannot be had are waited for together', async (t) => {
  const world = createWorld();
  const credentials = await Promise.all(
    Array.from({ length: 64 }, (_, at) =>
      issue(world, { change: { credentialStatus: listed(at) } }),
    ),
  );
  const asked: (() => void)[] = [];
  world.lists.fetch = () =>
    new Promise((_resolve, reject) => {
      asked.push(() => reject(new VcError('STATUS_RETRIEVAL_ERROR', 'no answer')));
      // Only once every list is asked for does any of them fail.
      if (asked.length === 128) for (const fail of asked) fail();
    });
  const verified = await verify(world, await present(world, credentials));
  t.equal(verified.overall, 'unknown');
  t.equal(world.lists.calls, 128);
});

t.test('Of a presentation that is too complex no credential is looked at', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verify(world, await present(world, [credential]))).overall, 'pass');
  const name = Array.from({ length: 4_000 }, (_, at) => `name ${at}`);
  const poisoned = tampered(
    await present(world, [credential], { challenge: 'another' }),
    (copy) => {
      (copy['verifiableCredential'] as JsonObject[]).push({ ...credential, name });
    },
  );
  const verified = await verify(world, poisoned);
  t.same(checkOf(verified, 'proof'), { outcome: 'fail', code: 'TOO_COMPLEX' });
  t.same(verified.credentials, []);
});

t.test('A single credential that is not in a list is read too', async (t) => {
  const world = createWorld();
  const verifiableCredential = await issue(world);
  const presentation = await present(world, [], { change: { verifiableCredential } });
  t.equal((await verify(world, presentation)).overall, 'pass');
});

t.test('More than 64 credentials fail and none is looked at', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const presentation = await present(world, [credential]);
  const many = { ...presentation, verifiableCredential: Array(65).fill(credential) };
  const result = await verify(world, many);
  t.same(checkOf(result, 'size'), { outcome: 'fail', code: 'TOO_COMPLEX' });
  t.same(result.credentials, []);
  t.equal((await verify(world, presentation)).overall, 'pass');
});

t.test('A credential of somebody else fails in an honest presentation', async (t) => {
  const world = createWorld();
  const stolen = await issue(world, { subjectId: createHolder().did });
  const own = await issue(world);
  const result = await verify(world, await present(world, [own, stolen]));
  t.equal(result.overall, 'fail');
  const [first, second] = result.credentials;
  t.equal(first?.overall, 'pass');
  t.same(checkOf(second ?? result, 'holder-binding'), {
    outcome: 'fail',
    code: 'HOLDER_MISMATCH',
  });
});

t.test('Nobody’s possession is taken as shown when the proof fails', async (t) => {
  const world = createWorld();
  const presentation = await present(world, [await issue(world)], { by: createHolder() });
  const result = await verify(world, presentation);
  t.equal(result.holder, null);
  const [credential] = result.credentials;
  t.equal(checkOf(credential ?? result, 'holder-binding').outcome, 'not-run');
  t.equal(credential?.overall, 'unknown');
});

t.test('A credential presented twice fails both times', async (t) => {
  const world = createWorld();
  const [one, two] = await issueMany(world, 2);
  t.equal((await verify(world, await present(world, [one ?? {}, two ?? {}]))).overall, 'pass');
  const twice = await present(world, [one ?? {}, one ?? {}], { challenge: 'second' });
  const result = await verify(world, twice, { challenge: 'second' });
  t.equal(result.overall, 'fail');
  for (const credential of result.credentials) {
    t.same(checkOf(credential, 'duplicate'), { outcome: 'fail', code: 'DUPLICATE_CREDENTIAL' });
  }
});

t.test('A presentation inside of a presentation is no credential', async (t) => {
  const world = createWorld();
  const inner = await present(world, [await issue(world)], { challenge: 'inner' });
  const result = await verify(world, await present(world, [inner]));
  t.equal(result.overall, 'fail');
});
