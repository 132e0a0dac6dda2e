import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { createKey, createTrust, ORIGIN, OTHER_ORIGIN, pin } from '../trust.ts';
import { encodeTokenStatusList, setTokenStatus } from '#status/token-status-list';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createSeenVersionsInMemory } from '../memory-stores.ts';
import { publishTokenList, type PublishTokenOptions } from '../token-lists.ts';
import { checkOf, connect, createWorld, publishList, type World } from '../world.ts';

const FORM = 'dc+sd-jwt';
const INVALID = 'STATUS_VERIFICATION_ERROR';

/** The SD-JWT passes; then, with another list, its status is unknown for this reason and nothing else is wrong. */
async function becomesUnknown(t: Test, code: string, arrange: (world: World) => void) {
  const world = createWorld();
  const credential = await issueAs(world, FORM);
  const good = await verifyCredential(credential, world.ports);
  t.equal(good.overall, 'pass', JSON.stringify(good.checks));

  arrange(world);
  world.now += 30_000;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code }, JSON.stringify(result.checks));
  t.equal(result.overall, 'unknown');
}

function publishes(options: (world: World) => Partial<PublishTokenOptions>) {
  return (world: World) => {
    world.tokens.fetch = async (url) => publishTokenList(world, { url, ...options(world) });
  };
}

function serves(text: (world: World, url: string) => Promise<unknown>) {
  return (world: World) => {
    world.tokens.fetch = (url) => text(world, url) as Promise<string>;
  };
}

t.test('Only the value 0 of a token list passes, and it is read from the right end', async (t) => {
  for (const [value, status] of [
    [0, { outcome: 'pass', code: undefined }],
    [1, { outcome: 'fail', code: 'CREDENTIAL_REVOKED' }],
    [2, { outcome: 'fail', code: 'CREDENTIAL_SUSPENDED' }],
    [3, { outcome: 'fail', code: 'CREDENTIAL_REVOKED' }],
  ] as const) {
    const world = createWorld();
    // draft-ietf-oauth-status-list-21 §4.1: index 5 is the second of byte 1, from its least significant bits
    world.trust.tokenList.bits[1] = value << 2;
    const result = await verifyCredential(await issueAs(world, FORM, { index: 5 }), world.ports);
    t.same(checkOf(result, 'status'), status, `value ${value}`);
    t.match(result.statuses, [{ index: 5, value }]);
    const other = await verifyCredential(await issueAs(world, FORM, { index: 6 }), world.ports);
    t.equal(other.overall, 'pass', 'and no other index');
    t.equal(world.tokens.calls, 1, 'one fetch for both');
    t.equal(world.lists.calls, 0);
  }
});

for (const [what, code, options] of [
  ['over 10 minutes old', 'STATUS_LIST_STALE', ({ now }) => ({ version: now - 10.1 * 60_000 })],
  ['past its exp', 'STATUS_LIST_STALE', ({ now }) => ({ version: now - 2_000, validForMs: 1_000 })],
  ['at its exp', 'STATUS_LIST_STALE', ({ now }) => ({ version: now - 1_000, validForMs: 1_000 })],
  ['dated in the future', INVALID, ({ now }) => ({ version: now + 61_000 })],
  ['of the credential key', INVALID, ({ trust }) => ({ signer: trust.assertion })],
  ['of a key that no registry pins', INVALID, ({ trust }) => ({ signer: createKey(trust.did) })],
  ['of another typ', INVALID, () => ({ typ: 'JWT' })],
  ['for another address', INVALID, () => ({ change: { sub: `${ORIGIN}/status-lists/other` } })],
  ['of another iss', INVALID, () => ({ change: { iss: 'did:web:evil.example' } })],
  ['without sub', INVALID, () => ({ change: { sub: undefined } })],
  ['without iat', INVALID, () => ({ change: { iat: undefined } })],
  ['without exp', INVALID, () => ({ change: { exp: undefined } })],
  ['whose exp is text', INVALID, () => ({ change: { exp: '9999999999' } })],
  ['without version', INVALID, () => ({ change: { version: undefined } })],
  ['whose version is text', INVALID, ({ now }) => ({ change: { version: String(now) } })],
  ['whose version is a fraction', INVALID, ({ now }) => ({ change: { version: now + 0.5 } })],
  [
    'whose version is another time',
    INVALID,
    ({ now }) => ({ change: { iat: Math.floor(now / 1_000) - 1 } }),
  ],
  ['whose ttl is none', INVALID, () => ({ change: { ttl: 0 } })],
  ['without a list', INVALID, () => ({ change: { status_list: undefined } })],
  [
    'of one bit an entry',
    INVALID,
    () => ({ change: { status_list: { bits: 1, lst: encodeTokenStatusList(new Uint8Array(9)) } } }),
  ],
  ['without bits', INVALID, () => ({ change: { status_list: { bits: 2 } } })],
] as [string, string, (world: World) => Partial<PublishTokenOptions>][]) {
  t.test(`A token list ${what} leaves the status unknown`, (t) =>
    becomesUnknown(t, code, publishes(options)),
  );
}

t.test('A token list whose key was marked compromised leaves the status unknown', (t) =>
  becomesUnknown(t, INVALID, ({ trust }) => {
    Object.assign(trust.record.keys[1] ?? {}, { state: 'compromised' });
  }),
);

t.test('A token list of another trust, whose key is pinned, leaves the status unknown', (t) =>
  becomesUnknown(t, INVALID, (world) => {
    const other = createTrust('ZZB02');
    const signer = createKey(other.did);
    other.record.keys.push(pin(signer.id, 'status'));
    world.trusts.push(other);
    publishes(() => ({ signer, change: { iss: other.did } }))(world);
  }),
);

t.test('A token list without iss counts as that of whoever signed it', async (t) => {
  const world = createWorld();
  publishes(() => ({ change: { iss: undefined } }))(world);
  t.equal((await verifyCredential(await issueAs(world, FORM), world.ports)).overall, 'pass');
});

for (const [what, text] of Object.entries<(world: World, url: string) => Promise<unknown>>({
  'whose signature was changed': async (world, url) =>
    `${(await publishTokenList(world, { url })).slice(0, -8)}AAAAAAAA`,
  'without signature': async (world, url) =>
    (await publishTokenList(world, { url })).replace(/[^.]+$/, ''),
  'with something behind it': async (world, url) => `${await publishTokenList(world, { url })}\n`,
  'that is a bitstring': (world) => publishList(world, { url: world.trust.urls.message }),
  'that is the text of a bitstring': async (world) =>
    JSON.stringify(await publishList(world, { url: world.trust.urls.message })),
  'that is a credential': (world) => issueAs(world, 'jwt_vc_json'),
})) {
  t.test(`A token list ${what} leaves the status unknown`, (t) =>
    becomesUnknown(t, INVALID, serves(text)),
  );
}

t.test('A token where a bitstring was expected leaves the status unknown', async (t) => {
  const world = createWorld();
  const credential = await issueAs(world, 'jwt_vc_json');
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 30_000;
  const { url } = world.trust.tokenList;
  world.lists.fetch = async () => (await publishTokenList(world, { url })) as never;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code: INVALID });
});

t.test('One address serves either kind of list, each read as what was asked for', async (t) => {
  const world = createWorld();
  world.trust.tokenList.url = world.trust.urls.message;
  const asToken = await verifyCredential(await issueAs(world, FORM), world.ports);
  t.equal(asToken.overall, 'pass');
  const asMessage = await verifyCredential(await issueAs(world, 'jwt_vc_json'), world.ports);
  t.same(
    checkOf(asMessage, 'status'),
    { outcome: 'unknown', code: INVALID },
    'but two lists of one version are none',
  );
  t.equal(world.tokens.calls, 1);
  t.equal(world.lists.calls, 1);
});

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

t.test('A token list that is not one small ZLIB stream of bits is unreliable', async (t) => {
  const whole = deflateSync(new Uint8Array(32_768));
  for (const [what, lst, code] of [
    ['a bomb', encodeTokenStatusList(new Uint8Array(64 * 1024 * 1024)), INVALID],
    ['larger than is kept', encodeTokenStatusList(new Uint8Array(256 * 1024 + 1)), INVALID],
    ['truncated', base64url(whole.subarray(0, -5)), INVALID],
    ['trailing bytes', base64url(Buffer.concat([whole, Buffer.from([0])])), INVALID],
    ['gzip', base64url(gzipSync(new Uint8Array(32_768))), INVALID],
    ['raw deflate', base64url(deflateRawSync(new Uint8Array(32_768))), INVALID],
    ['padded base64', `${base64url(whole)}=`, INVALID],
    ['short', encodeTokenStatusList(new Uint8Array(32_767)), 'STATUS_LIST_LENGTH_ERROR'],
  ] as const) {
    t.comment(what);
    await becomesUnknown(
      t,
      code,
      publishes(() => ({ lst })),
    );
  }
});

t.test('An older token list is refused, also after a restart', async (t) => {
  const seenVersions = createSeenVersionsInMemory();
  const world = createWorld({ seenVersions });
  const credential = await issueAs(world, FORM);
  const old = await world.tokens.fetch(world.trust.tokenList.url);
  world.now += 30_000;
  setTokenStatus(world.trust.tokenList.bits, 7, 1);
  const revoked = await verifyCredential(credential, world.ports);
  t.same(checkOf(revoked, 'status'), { outcome: 'fail', code: 'CREDENTIAL_REVOKED' });

  serves(async () => old)(world);
  world.now += 30_000;
  const rollback = { outcome: 'unknown', code: 'STATUS_LIST_ROLLBACK' };
  t.same(checkOf(await verifyCredential(credential, world.ports), 'status'), rollback);
  connect(world, { seenVersions });
  t.same(checkOf(await verifyCredential(credential, world.ports), 'status'), rollback);
});

t.test('Another token list of a version seen before leaves the status unknown', (t) =>
  becomesUnknown(
    t,
    INVALID,
    publishes(({ now }) => ({ version: now - 30_000, bits: new Uint8Array(40_000) })),
  ),
);

t.test('200 verifications at once fetch the token list once in a window', async (t) => {
  const world = createWorld();
  const credential = await issueAs(world, FORM);
  const verifyAll = (length: number) =>
    Promise.all(Array.from({ length }, () => verifyCredential(credential, world.ports)));
  t.ok((await verifyAll(200)).every(({ overall }) => overall === 'pass'));
  t.equal(world.tokens.calls, 1);
  world.now += 29_999;
  await verifyAll(20);
  t.equal(world.tokens.calls, 1);
  world.now += 1;
  await verifyAll(20);
  t.equal(world.tokens.calls, 2);
});

t.test('A token list that cannot be had, or grows old while it is kept, is unknown', async (t) => {
  await becomesUnknown(
    t,
    'STATUS_RETRIEVAL_ERROR',
    serves(async () => {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'answered 500');
    }),
  );
  const world = createWorld();
  const credential = await issueAs(world, FORM);
  publishes(({ now }) => ({ version: now - 10 * 60_000 }))(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 1;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome: 'unknown', code: 'STATUS_LIST_STALE' });
});

t.test('An index that a token list does not have is never "not revoked"', async (t) => {
  const world = createWorld();
  const last = await issueAs(world, FORM, { index: 131_071 });
  t.equal((await verifyCredential(last, world.ports)).overall, 'pass');
  for (const index of [131_072, 2 ** 32, 2 ** 53 - 1]) {
    const result = await verifyCredential(await issueAs(world, FORM, { index }), world.ports);
    t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'RANGE_ERROR' }, String(index));
    t.match(
      result.checks.find(({ check }) => check === 'status'),
      { pointer: '/status/status_list/idx' },
    );
  }
});

t.test('A status that names no place in a token list of the issuer fails', async (t) => {
  const uri = `${ORIGIN}/status-lists/1`;
  for (const [status, code, pointer] of [
    [undefined, 'STATUS_ENTRY_MISSING', '/status'],
    [{}, 'STATUS_ENTRY_MISSING', '/status'],
    ['valid', 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: 'valid' }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { uri } }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { idx: 7 } }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { idx: '7', uri } }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { idx: -1, uri } }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { idx: 1.5, uri } }, 'MALFORMED_VALUE_ERROR', '/status'],
    [{ status_list: { idx: 7, uri }, other: {} }, 'MALFORMED_VALUE_ERROR', '/status'],
    [
      { status_list: { idx: 7, uri: `${OTHER_ORIGIN}/status-lists/1` } },
      INVALID,
      '/status/status_list/uri',
    ],
  ] as const) {
    const world = createWorld();
    const whole = await verifyCredential(await issueAs(world, FORM), world.ports);
    t.equal(checkOf(whole, 'status').outcome, 'pass');
    const credential = await issueAs(world, FORM, { jwtClaims: { status } });
    const result = await verifyCredential(credential, world.ports);
    t.match(
      result.checks.find(({ check }) => check === 'status'),
      { outcome: 'fail', code, pointer },
      JSON.stringify(status),
    );
    t.equal(world.tokens.calls, 1, 'nothing is fetched for it');
  }
});
