import t, { type Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { Outcome } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import {
  checkOf,
  createKey,
  createWorld,
  didDocumentOf,
  type IssueOptions,
  issue,
  pin,
  type PublishOptions,
  publishList,
  revoke,
  tampered,
  type World,
} from '../world.ts';

/** The credential passes; then, with other lists, its status is this and nothing else fails. */
async function statusBecomes(
  t: Test,
  code: string,
  arrange: (world: World) => void | Promise<void>,
  outcome: Outcome = 'unknown',
) {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');

  await arrange(world);
  world.now += 30_000;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome, code }, JSON.stringify(result.checks));
  t.equal(result.overall, outcome);
}

/** From now on every list is as published with these options, then changed. */
function publishes(
  options: (world: World, url: string) => Partial<PublishOptions>,
  change: (list: JsonObject) => void = () => {},
) {
  return (world: World) => {
    world.lists.fetch = async (url) =>
      tampered(await publishList(world, { url, ...options(world, url) }), change);
  };
}

function publishesOld(minutes: number) {
  return publishes(({ now }) => ({ version: now - minutes * 60_000 }));
}

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

t.test('A list past its own end leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_LIST_STALE',
    publishes(({ now }) => ({ version: now - 2_000, validForMs: 1_000 })),
  ),
);

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

t.test('A list older than one seen before leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_LIST_ROLLBACK',
    publishes(({ now }) => ({ version: now - 31_000 })),
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

t.test('A list by a key of somebody else leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(() => ({ signer: createKey('did:web:evil.example') })),
  ),
);

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

t.test('A list of another trust leaves the status unknown', (t) =>
  statusBecomes(t, 'STATUS_VERIFICATION_ERROR', (world) => {
    const did = world.trust.did.replace('ZZA01', 'ZZB02');
    const signer = createKey(did);
    const own = world.dids.fetch;
    world.dids.fetch = async (url) =>
      url.href.includes('ZZB02') ? didDocumentOf(did, [signer.id]) : own(url);
    world.trust.record.keys.push(pin(signer.id, 'status'));
    publishes(() => ({ issuer: did, signer }))(world);
  }),
);

t.test('A list of the other purpose leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(({ trust }, url) => ({
      purpose: url === trust.urls.revocation ? 'suspension' : 'revocation',
    })),
  ),
);

for (const [what, change] of [
  ['tampered bits', (list: JsonObject) => set(list, 'encodedList', 'uH4sIAAAAAAAA_w')],
  ['no proof', (list: JsonObject) => void delete list['proof']],
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

t.test('A list of fewer than 131,072 entries leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_LIST_LENGTH_ERROR',
    publishes(() => ({ bits: new Uint8Array(16_383) })),
  ),
);

t.test('An answer that is no object leaves the status unknown', (t) =>
  statusBecomes(t, 'STATUS_VERIFICATION_ERROR', (world) => {
    world.lists.fetch = async () => [] as unknown as JsonObject;
  }),
);

t.test('A list that decompresses to far more than a list holds leaves it unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(() => ({ bits: new Uint8Array(4 * 1024 * 1024) })),
  ),
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

async function statusOf(options: IssueOptions) {
  const world = createWorld();
  const whole = await verifyCredential(await issue(world), world.ports);
  const { entries, result } = await verifyWith(world, options);
  return { whole: checkOf(whole, 'status').outcome, status: checkOf(result, 'status'), entries };
}

async function verifyWith(world: World, options: IssueOptions) {
  const credential = await issue(world, options);
  const entries = credential['credentialStatus'] as JsonObject[];
  return { entries, result: await verifyCredential(credential, world.ports) };
}

t.test('A credential without both entries fails', async (t) => {
  const world = createWorld();
  const both = (await issue(world))['credentialStatus'] as JsonObject[];
  for (const credentialStatus of [undefined, [], [both[0]], both[1], [both[0], both[0]]]) {
    const { whole, status } = await statusOf({ change: { credentialStatus } });
    t.equal(whole, 'pass');
    t.same(status, { outcome: 'fail', code: 'STATUS_ENTRY_MISSING' });
  }
});

t.test('An entry of a form that is not understood fails', async (t) => {
  const world = createWorld();
  const [first, second] = (await issue(world))['credentialStatus'] as [JsonObject, JsonObject];
  for (const credentialStatus of [
    [first, second, second],
    [first, second, { ...second, statusPurpose: 'refresh' }],
  ]) {
    const { whole, status } = await statusOf({ change: { credentialStatus } });
    t.equal(whole, 'pass');
    t.same(status, { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
  }
});

t.test('An index that no list has fails and is never "not revoked"', async (t) => {
  for (const statusListIndex of ['131072', '-1', '1.5', '007', '9007199254740992', '']) {
    const world = createWorld();
    const entries = (await issue(world))['credentialStatus'] as JsonObject[];
    const change = { credentialStatus: entries.map((entry) => ({ ...entry, statusListIndex })) };
    const { result } = await verifyWith(world, { change });
    t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'RANGE_ERROR' }, statusListIndex);
  }
  const { status } = await statusOf({ index: 131_071 });
  t.equal(status.outcome, 'pass');
});

t.test('200 verifications at once fetch each list once in a window', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const verifyAll = (length: number) =>
    Promise.all(Array.from({ length }, () => verifyCredential(credential, world.ports)));
  const first = await verifyAll(200);
  t.ok(first.every(({ overall }) => overall === 'pass'));
  t.equal(world.lists.calls, 2);
  t.equal(world.registry.calls, 1);
  t.equal(world.dids.calls.length, 1);
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
