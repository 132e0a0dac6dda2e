import t from 'tap';
import { setEntry } from '#status/bitstring';
import { createMessageEntry } from '#status/status-list-entry';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { ORIGIN, OTHER_ORIGIN } from '../trust.ts';
import {
  checkOf,
  createWorld,
  issue,
  type IssueOptions,
  publishList,
  type World,
} from '../world.ts';

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
  // an empty list, which nothing signs, is refused before: see test/threats/structure.test.ts
  for (const credentialStatus of [undefined, [both[0]], both[1], [both[0], both[0]]]) {
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

t.test('An entry whose members are not of their kind fails', async (t) => {
  const [first, second] = (await issue(createWorld()))['credentialStatus'] as [
    JsonObject,
    JsonObject,
  ];
  for (const change of [
    { type: ['BitstringStatusListEntry', 'JsonSchema'] },
    { statusListIndex: 7 },
    { statusListIndex: undefined },
    { id: second['statusListCredential'] },
    { statusSize: 0 },
    { statusSize: 1.5 },
    { statusSize: 8 },
    { statusMessage: [{ status: '0x0', message: 'unset' }] },
    { statusMessage: 'unset' },
    { statusMessage: [{ status: '0x0' }, { status: '0x1', message: 'set' }] },
    { statusMessage: [{ message: 'unset' }, { status: '0x1', message: 'set' }] },
  ]) {
    const credentialStatus = [first, { ...second, ...change }];
    const { whole, status } = await statusOf({ change: { credentialStatus } });
    t.equal(whole, 'pass');
    const expected = { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' };
    t.same(status, expected, JSON.stringify(change));
  }
});

t.test('An entry of a list on another host fails and nothing is fetched', async (t) => {
  for (const url of [
    `${OTHER_ORIGIN}/status-lists/1`,
    `${ORIGIN}.evil.example/status-lists/1`,
    `${ORIGIN}:444/status-lists/1`,
    'http://passport.northmoor.example/status-lists/1',
    'urn:uuid:4dbf7d3c-5f5e-4b8e-8f5f-0d4f8f7a1c11',
  ]) {
    const world = createWorld();
    const [first, second] = (await issue(world))['credentialStatus'] as [JsonObject, JsonObject];
    const credentialStatus = [first, { ...second, statusListCredential: url }];
    const { result } = await verifyWith(world, { change: { credentialStatus } });
    t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'STATUS_VERIFICATION_ERROR' }, url);
    t.equal(world.lists.calls, 1, 'the list on the own host');
  }
});

function messaged({ trust }: World, index = 7) {
  return { credentialStatus: createMessageEntry({ messageList: trust.urls.message, index }) };
}

t.test('One message entry says both: only 0x0 passes', async (t) => {
  for (const [value, status] of [
    [0, { outcome: 'pass', code: undefined }],
    [1, { outcome: 'fail', code: 'CREDENTIAL_REVOKED' }],
    [2, { outcome: 'fail', code: 'CREDENTIAL_SUSPENDED' }],
    [3, { outcome: 'fail', code: 'CREDENTIAL_REVOKED' }],
  ] as const) {
    const world = createWorld();
    setEntry(world.trust.bits.message, 7, value, 2);
    const { result } = await verifyWith(world, { change: messaged(world) });
    t.same(checkOf(result, 'status'), status, `0x${value}`);
    t.equal(result.overall, status.outcome);
    t.equal(result.statuses[0]?.value, value);
    t.equal(world.lists.calls, 1);
  }
});

t.test('A message entry of another form fails', async (t) => {
  const world = createWorld();
  const whole = messaged(world).credentialStatus;
  const messages = whole['statusMessage'] as JsonObject[];
  const [pair] = (await issue(world))['credentialStatus'] as [JsonObject];
  for (const credentialStatus of [
    [whole, pair],
    [whole, whole],
    { ...whole, statusSize: 1 },
    { ...whole, statusSize: undefined },
    { ...whole, statusMessage: messages.slice(1) },
    { ...whole, statusMessage: messages.map((one) => ({ ...one, message: 'valid' })) },
  ]) {
    const good = await verifyWith(createWorld(), {});
    t.equal(checkOf(good.result, 'status').outcome, 'pass');
    const { result } = await verifyWith(world, { change: { credentialStatus } });
    t.same(checkOf(result, 'status'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
  }
});

t.test('A message list that does not say its messages and its size is not relied on', async (t) => {
  for (const change of [
    { statusMessages: undefined },
    { statusMessages: [{ status: '0x0', message: 'valid' }] },
    { statusSize: undefined },
    { statusSize: 1 },
  ]) {
    const world = createWorld();
    const credential = await issue(world, { change: messaged(world) });
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
    world.lists.fetch = async (url) => publishList(world, { url, purpose: 'message', change });
    world.now += 30_000;
    const result = await verifyCredential(credential, world.ports);
    const expected = { outcome: 'unknown', code: 'STATUS_VERIFICATION_ERROR' };
    t.same(checkOf(result, 'status'), expected, JSON.stringify(change));
  }
});

t.test('A message entry and a list of single bits do not go together', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { change: messaged(world) });
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  const { message, revocation } = world.trust.urls;
  const crossed = createWorld();
  for (const [purpose, url] of [
    ['revocation', message],
    ['message', revocation],
  ] as const) {
    crossed.trust.urls[purpose] = url;
  }
  for (const change of [messaged(crossed), {}]) {
    crossed.lists.fetch = (url) =>
      publishList(crossed, {
        url,
        purpose: url === revocation ? 'revocation' : url === message ? 'message' : 'suspension',
        bits: new Uint8Array(32_768),
      });
    const { result } = await verifyWith(crossed, { change });
    const status = { outcome: 'unknown', code: 'STATUS_VERIFICATION_ERROR' };
    t.same(checkOf(result, 'status'), status);
  }
});
