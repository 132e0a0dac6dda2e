import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { checkOf, createWorld, issue } from '../world.ts';
import { publishes, publishesOld, statusBecomes } from './status-helper.ts';

t.test('A list that cannot be fetched leaves the status unknown', (t) =>
  statusBecomes(t, 'STATUS_RETRIEVAL_ERROR', (world) => {
    world.lists.fetch = async () => {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'answered 500');
    };
  }),
);

t.test('A list over 10 minutes old leaves the status unknown', async (t) => {
  await statusBecomes(t, 'STATUS_LIST_STALE', publishesOld(10.1));
  const world = createWorld();
  publishesOld(10)(world);
  t.equal((await verifyCredential(await issue(world), world.ports)).overall, 'pass');
});

t.test('A list that grows too old while it is kept leaves the status unknown', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  publishes(({ now }) => ({ version: now - 10 * 60_000 }))(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 1;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code: 'STATUS_LIST_STALE' });
  t.equal(world.lists.calls, 2, 'the same fetch');
});

t.test('A list dated in the future leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(({ now }) => ({ version: now + 61_000 })),
  ),
);

t.test('Another list of a version seen before leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(({ now }) => ({ version: now - 30_000, bits: new Uint8Array(20_000) })),
  ),
);

t.test('The same list again is good', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const version = world.now;
  publishes(() => ({ version }))(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 30_000;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  t.equal(world.lists.calls, 4);
});

t.test('A list by the credential key instead of the status key leaves it unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(({ trust }) => ({ signer: trust.assertion })),
  ),
);

t.test('A list whose key was marked compromised leaves the status unknown', (t) =>
  statusBecomes(t, 'STATUS_VERIFICATION_ERROR', ({ trust }) => {
    Object.assign(trust.record.keys[1] ?? {}, { state: 'compromised' });
  }),
);

for (const [what, change] of [
  ['tampered bits', (list: JsonObject) => set(list, 'encodedList', 'uH4sIAAAAAAAA_w')],
  ['another id', (list: JsonObject) => void (list['id'] = 'https://passport.example/other')],
  ['another type', (list: JsonObject) => void (list['type'] = ['VerifiableCredential'])],
  ['entries of two bits', (list: JsonObject) => set(list, 'statusSize', 2)],
  [
    'an extra context',
    (list: JsonObject) => void (list['@context'] as string[]).push('https://a.b'),
  ],
] as const) {
  t.test(`A list with ${what} leaves the status unknown`, (t) =>
    statusBecomes(
      t,
      'STATUS_VERIFICATION_ERROR',
      publishes(() => ({}), change),
    ),
  );
}

function set(list: JsonObject, member: string, value: string | number): void {
  (list['credentialSubject'] as JsonObject)[member] = value;
}

t.test('An answer that is no object leaves the status unknown', (t) =>
  statusBecomes(t, 'STATUS_VERIFICATION_ERROR', (world) => {
    world.lists.fetch = async () => [] as unknown as JsonObject;
  }),
);

t.test('Memory of versions that cannot be read leaves the status unknown', async (t) => {
  const world = createWorld({
    seenVersions: {
      advance: async () => {
        throw new VcError('SERVICE_UNAVAILABLE', 'no database');
      },
    },
  });
  const result = await verifyCredential(await issue(world), world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code: 'STATUS_VERIFICATION_ERROR' });
});
