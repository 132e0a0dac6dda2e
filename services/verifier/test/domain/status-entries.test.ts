import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { checkOf, createWorld, issue, type IssueOptions, type World } from '../world.ts';

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
