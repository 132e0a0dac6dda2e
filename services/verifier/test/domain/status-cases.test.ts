import { deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { encodeBitstring } from '#status/bitstring';
import { createMessageEntry } from '#status/status-list-entry';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createSeenVersionsInMemory } from '../memory-stores.ts';
import { createKey, createTrust, pin } from '../trust.ts';
import { checkOf, connect, createWorld, issue, revoke, type World } from '../world.ts';
import { publishes, statusBecomes } from './status-helper.ts';

/** Lists of another trust, by a key that its registry pins for that. */
function publishByAnother(world: World): void {
  const other = createTrust('ZZB02');
  const signer = createKey(other.did);
  other.record.keys.push(pin(signer.id, 'status'));
  world.trusts.push(other);
  publishes(() => ({ issuer: other.did, signer }))(world);
}

function otherPurpose({ trust }: World, url: string): 'revocation' | 'suspension' {
  return url === trust.urls.revocation ? 'suspension' : 'revocation';
}

function listThatIsOver({ now }: World) {
  return { version: now - 2_000, validForMs: 1_000 };
}

function multibase(bytes: Uint8Array): string {
  return `u${Buffer.from(bytes).toString('base64url')}`;
}

t.test(
  'V17: a list that does not speak for the issuer, now and of this, leaves the status unknown',
  async (t) => {
    const somebody = createKey('did:web:evil.example');
    const invalid = 'STATUS_VERIFICATION_ERROR';
    await statusBecomes(
      t,
      invalid,
      publishes(() => ({ signer: somebody })),
    );
    await statusBecomes(t, invalid, publishByAnother);
    await statusBecomes(
      t,
      invalid,
      publishes(
        () => ({}),
        (list) => void delete list['proof'],
      ),
    );
    await statusBecomes(
      t,
      invalid,
      publishes((world, url) => ({ purpose: otherPurpose(world, url) })),
    );
    await statusBecomes(t, 'STATUS_LIST_STALE', publishes(listThatIsOver));
  },
);

t.test(
  'V18: a list that is not exactly one small gzip of bits leaves the status unknown',
  async (t) => {
    const whole = gzipSync(new Uint8Array(16_384));
    for (const [what, encodedList] of Object.entries({
      'a bomb': encodeBitstring(new Uint8Array(64 * 1024 * 1024)),
      'a list larger than is kept': encodeBitstring(new Uint8Array(128 * 1024 + 1)),
      'truncated gzip': multibase(whole.subarray(0, -9)),
      'a wrong checksum': multibase(Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])),
      'trailing bytes': multibase(Buffer.concat([whole, Buffer.from([0])])),
      'two members': multibase(Buffer.concat([whole, whole])),
      'zlib instead of gzip': multibase(deflateSync(new Uint8Array(16_384))),
      'base64 instead of base64url': `u${whole.toString('base64')}=`,
      'no multibase': whole.toString('base64url'),
    })) {
      t.comment(what);
      await statusBecomes(
        t,
        'STATUS_VERIFICATION_ERROR',
        publishes(() => ({ encodedList })),
      );
    }
  },
);

t.test('V19: a short list, or an index that no list has, is never "not revoked"', async (t) => {
  const bits = new Uint8Array(16_383);
  await statusBecomes(
    t,
    'STATUS_LIST_LENGTH_ERROR',
    publishes(() => ({ bits })),
  );
  const last = createWorld();
  t.equal(
    (await verifyCredential(await issue(last, { index: 131_071 }), last.ports)).overall,
    'pass',
  );
  for (const index of ['131072', '-1', '1.5', '007', '9007199254740992', '4294967296', '']) {
    const world = createWorld();
    const pair = (await issue(world))['credentialStatus'] as JsonObject[];
    const { trust } = world;
    const message = createMessageEntry({ messageList: trust.urls.message, index: 0 });
    for (const entries of [pair, [message]]) {
      const credentialStatus = entries.map((entry) => ({ ...entry, statusListIndex: index }));
      const credential = await issue(world, { change: { credentialStatus } });
      const result = await verifyCredential(credential, world.ports);
      t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'RANGE_ERROR' }, index);
    }
  }
});

t.test('V20: index 0 is the left-most bit, of lists of one bit and of two', async (t) => {
  // byte, the byte's value when only that index is set, index: Bitstring Status List 1.0 §2.2
  const ONE_BIT = [
    [0, 0x80, 0],
    [0, 0x01, 7],
    [1, 0x80, 8],
    [16_383, 0x01, 131_071],
  ] as const;
  const TWO_BITS = [
    [0, 0x40, 0],
    [1, 0x01, 7],
    [2, 0x40, 8],
    [32_767, 0x01, 131_071],
  ] as const;
  for (const [purpose, vectors] of [
    ['revocation', ONE_BIT],
    ['message', TWO_BITS],
  ] as const) {
    for (const [byte, value, index] of vectors) {
      const world = createWorld();
      world.trust.bits[purpose][byte] = value;
      const statusOf = async (at: number) => {
        const entry = createMessageEntry({ messageList: world.trust.urls.message, index: at });
        const change = purpose === 'message' ? { credentialStatus: entry } : {};
        const credential = await issue(world, { index: at, change });
        return checkOf(await verifyCredential(credential, world.ports), 'status');
      };
      t.same(await statusOf(index), { outcome: 'fail', code: 'CREDENTIAL_REVOKED' });
      for (const other of [0, 7, 8, 131_071].filter((at) => at !== index)) {
        t.equal((await statusOf(other)).outcome, 'pass', `${purpose}: ${index} is not ${other}`);
      }
    }
  }
});

t.test(
  'V21: an older list is refused, also after a restart, and a frozen one ages out',
  async (t) => {
    const seenVersions = createSeenVersionsInMemory();
    const world = createWorld({ seenVersions });
    const credential = await issue(world);
    const before = await Promise.all(
      Object.values(world.trust.urls).map(
        async (url) => [url, await world.lists.fetch(url)] as const,
      ),
    );
    const old = new Map(before);
    world.now += 30_000;
    revoke(world, 7);
    const revoked = await verifyCredential(credential, world.ports);
    t.equal(checkOf(revoked, 'status').code, 'CREDENTIAL_REVOKED');

    world.lists.fetch = async (url) => old.get(url) ?? {};
    world.now += 30_000;
    const rolledBack = await verifyCredential(credential, world.ports);
    t.same(checkOf(rolledBack, 'status'), { outcome: 'unknown', code: 'STATUS_LIST_ROLLBACK' });
    connect(world, { seenVersions });
    const restarted = await verifyCredential(credential, world.ports);
    t.same(checkOf(restarted, 'status'), { outcome: 'unknown', code: 'STATUS_LIST_ROLLBACK' });

    const frozen = createWorld();
    const version = frozen.now;
    publishes(() => ({ version }))(frozen);
    const another = await issue(frozen);
    t.equal((await verifyCredential(another, frozen.ports)).overall, 'pass');
    frozen.now += 10 * 60_000;
    t.equal((await verifyCredential(another, frozen.ports)).overall, 'pass');
    frozen.now += 1;
    const aged = await verifyCredential(another, frozen.ports);
    t.same(checkOf(aged, 'status'), { outcome: 'unknown', code: 'STATUS_LIST_STALE' });
  },
);
