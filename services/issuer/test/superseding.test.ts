import { randomUUID } from 'node:crypto';
import t from 'tap';
import { actingFor } from '../src/domain/superseding.ts';
import { post, run, started } from './batches.ts';
import { buildReady, type Issuer, mint, mintBody, mintOnce } from './helper.ts';
import {
  audited,
  changesTo,
  changeStatus,
  eventsOf,
  NOTE,
  recordOf,
  settle,
  step,
} from './lifecycles.ts';

const superseding = (olderId: string, changes: object = {}) =>
  mintBody({ supersedes: { credentialId: olderId, reason: 'renewed', ...changes } });

async function supersede(issuer: Issuer, olderId: string, changes: object = {}): Promise<string> {
  const answer = await mintOnce(issuer, superseding(olderId, changes));
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json().verifiableCredential.id.replace('urn:uuid:', '');
}

const settledAt = async (issuer: Issuer, id: string) =>
  (
    await issuer.admin('select superseded_done_at as at from issuer.credentials where id = $1', [
      id,
    ])
  )[0]?.['at'];

t.test('the newer credential names the older, which is suspended', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const answer = await mintOnce(issuer, superseding(older, { internalNote: NOTE }));
  test.equal(answer.statusCode, 201, answer.body);
  test.equal(answer.json().verifiableCredential.supersedes, `urn:uuid:${older}`);
  const newer = answer.json().verifiableCredential.id.replace('urn:uuid:', '');
  test.match(await recordOf(issuer, older), {
    lifecycle: 'superseded',
    status: 'suspended',
    supersedes: null,
    supersededBy: newer,
  });
  test.match(await recordOf(issuer, newer), {
    lifecycle: 'provided',
    status: 'active',
    supersedes: older,
    supersededBy: null,
    catalogueVersion: '1.0.0',
    forms: ['vcdm2-ed25519-2020'],
  });
  test.match(await eventsOf(issuer, older), [
    { event: 'superseded', reason: 'renewed', internalNote: NOTE },
  ]);
  test.same(await eventsOf(issuer, newer), []);
  const [change] = await issuer.admin('select * from issuer.credential_status_changes');
  test.match(change, { credential_id: older, status: 'suspended', reason: 'superseded' });
  test.equal(await audited(issuer, 'credential.superseded'), 1);
  test.equal(await audited(issuer, 'credential.suspended'), 1);
  test.notMatch(JSON.stringify([await issuer.admin('select event from issuer.audit')]), /Saffron/);
});

t.test(
  'a process killed before the suspension leaves it to the worker, which does it once',
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    issuer.statusLists.state.down = true;
    const newer = await supersede(issuer, older);
    test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'active' });
    test.match(issuer.logs.join(''), /superseding\.waits/);
    issuer.statusLists.state.down = false;

    // killed once more, after the list has changed and before the mirror has
    issuer.statusLists.state.afterChange = () => Promise.reject(new Error('killed'));
    test.equal((await settle(issuer.newCore())).length, 1);
    issuer.statusLists.state.afterChange = async () => {};
    test.equal(await settledAt(issuer, newer), null);

    const workers = Array.from({ length: 5 }, () => issuer.newCore());
    test.same((await Promise.all(workers.map(settle))).flat(), []);
    test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
    test.ok(await settledAt(issuer, newer));
    const asked = issuer.statusLists.state.changes.length;
    test.same(await settle(issuer.newCore()), []);
    test.equal(issuer.statusLists.state.changes.length, asked, 'nothing is left to do');
    test.equal(await changesTo(issuer, older, 'suspended'), 1);
    test.equal(await audited(issuer, 'credential.suspended'), 1);
    test.equal(await audited(issuer, 'credential.superseded'), 1);
  },
);

t.test('status lists that hang keep nobody from what is committed', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  issuer.statusLists.state.afterChange = () => hung;
  const newer = await supersede(issuer, older);
  test.equal((await recordOf(issuer, older)).status, 'active', 'answered before it is suspended');
  test.match(issuer.logs.join(''), /superseding\.waits/);
  release();
  test.same(await settle(issuer.newCore()), []);
  test.equal((await recordOf(issuer, older)).status, 'suspended');
  test.ok(await settledAt(issuer, newer));
  test.equal(await changesTo(issuer, older, 'suspended'), 1);
});

t.test(
  'what fails waits twice as long each time, and keeps nothing else from its turn',
  async (test) => {
    const issuer = await buildReady(test);
    issuer.statusLists.state.down = true;
    const first = await mint(issuer).catch(() => '');
    test.equal(first, '', 'no index can be had');
    issuer.statusLists.state.down = false;
    const older = await mint(issuer);
    issuer.statusLists.state.down = true;
    await supersede(issuer, older);
    for (const waitMs of [1_000, 2_000, 4_000]) {
      test.equal((await settle(issuer.core)).length, 1);
      issuer.time.now += waitMs - 1;
      test.equal((await settle(issuer.core)).length, 0, `waits ${waitMs} ms`);
      issuer.time.now += 1;
    }
    test.equal((await settle(issuer.core)).length, 1);
    issuer.statusLists.state.down = false;
    const other = await mint(issuer);
    issuer.statusLists.state.down = true;
    await supersede(issuer, other);
    issuer.statusLists.state.down = false;
    test.same(await settle(issuer.core), []);
    test.equal((await recordOf(issuer, other)).status, 'suspended');
    test.equal((await recordOf(issuer, older)).status, 'active');
    issuer.time.now += 8_000;
    test.same(await settle(issuer.core), []);
    test.equal((await recordOf(issuer, older)).status, 'suspended');
  },
);

t.test('of two that supersede one credential at once, one is a conflict', async (test) => {
  const issuer = await buildReady(test);
  for (let round = 0; round < 5; round += 1) {
    const older = await mint(issuer);
    const answers = await Promise.all([
      mintOnce(issuer, superseding(older)),
      mintOnce(issuer, superseding(older, { reason: 'corrected' })),
    ]);
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201, 409]));
    test.equal(answers.find(({ statusCode }) => statusCode === 409)?.json().code, 'CONFLICT');
    test.equal((await eventsOf(issuer, older)).length, 1);
    test.equal(await changesTo(issuer, older, 'suspended'), 1);
  }
});

t.test('of a withdrawal and a superseding at once one wins', async (test) => {
  const issuer = await buildReady(test);
  for (let round = 0; round < 8; round += 1) {
    const older = await mint(issuer);
    const [withdrawn, newer] = await Promise.all([
      step(issuer, older, 'withdrawn'),
      mintOnce(issuer, superseding(older)),
    ]);
    const record = await recordOf(issuer, older);
    const isWithdrawn = record.lifecycle === 'withdrawn';
    test.equal(withdrawn.statusCode, isWithdrawn ? 200 : 409);
    test.equal(newer.statusCode, isWithdrawn ? 409 : 201);
    test.equal(record.status, isWithdrawn ? 'revoked' : 'suspended');
    test.equal((await eventsOf(issuer, older)).length, 1);
  }
});

t.test(
  'what is superseded is neither accepted nor withdrawn, but can be archived',
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    test.equal((await step(issuer, older, 'accepted')).statusCode, 200);
    await supersede(issuer, older);
    for (const event of ['accepted', 'withdrawn']) {
      const refused = await step(issuer, older, event);
      test.equal(refused.statusCode, 409, event);
      test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
    }
    const archived = await step(issuer, older, 'archived', { reason: 'replaced-by-newer' });
    test.match(archived.json(), { lifecycle: 'superseded', archived: true, status: 'suspended' });
  },
);

t.test('what is superseded is reinstated only once the newer one is revoked', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const newer = await supersede(issuer, older);
  const refused = await changeStatus(issuer, older, 'active');
  test.equal(refused.statusCode, 409);
  test.equal(refused.json().code, 'STATUS_CHANGE_REFUSED');
  test.equal((await recordOf(issuer, older)).status, 'suspended');
  await changeStatus(issuer, newer, 'suspended');
  test.equal((await changeStatus(issuer, older, 'active')).statusCode, 409);
  await changeStatus(issuer, newer, 'revoked');
  issuer.time.now += 1_000;
  test.equal((await changeStatus(issuer, older, 'active')).statusCode, 200);
  test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'active' });
  test.same(await settle(issuer.core), []);
  test.equal((await recordOf(issuer, older)).status, 'active', 'and stays so');
});

t.test('a batch that reinstates leaves what is superseded, and says so', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer, { batch: 'b1' });
  const other = await mint(issuer, { batch: 'b1' });
  await supersede(issuer, older);
  await changeStatus(issuer, other, 'suspended');
  issuer.time.now += 1_000;
  const id = await started(issuer, {
    select: { batch: 'b1' },
    status: 'active',
    reason: 'unspecified',
  });
  await run(test, issuer.core);
  test.equal((await recordOf(issuer, other)).status, 'active');
  test.equal((await recordOf(issuer, older)).status, 'suspended');
  const [batch] = await issuer.admin('select * from issuer.status_batches where id = $1', [id]);
  test.match(batch, { state: 'done', changed: 1, refused: 1 });
});

t.test('an undone revocation does not bring back what was superseded meanwhile', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer, { batch: 'b1' });
  const batch = { select: { batch: 'b1' }, status: 'revoked', reason: 'unspecified' };
  const id = await started(issuer, batch);
  await run(test, issuer.core);
  test.equal((await recordOf(issuer, older)).status, 'suspended', 'by the batch');
  await supersede(issuer, older);
  test.equal((await post(issuer, `/v1/status-batches/${id}/undo`)).statusCode, 200);
  issuer.time.now += 1_000;
  await run(test, issuer.core);
  test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
});

t.test('a reinstatement that was under way when it was superseded does not last', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  await changeStatus(issuer, older, 'suspended');
  issuer.time.now += 1_000;
  let newer = '';
  issuer.statusLists.state.afterChange = async () => {
    issuer.statusLists.state.afterChange = async () => {};
    newer = await supersede(issuer, older);
    issuer.time.now += 1_000;
  };
  // by another process, which has asked whether it is superseded and has yet to clear the bit
  const reinstate = {
    id: older,
    purpose: 'suspension',
    value: false,
    reason: 'unspecified',
  } as const;
  const call = actingFor('ZZA01', { clientId: 'client-ZZA01', person: undefined });
  const answer = await issuer
    .newCore()
    .statusChanger.change(call, reinstate, ({ status }) => status);
  test.equal(answer.body, '"active"');
  test.ok(newer);
  test.same(await settle(issuer.core), []);
  test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
  const [row] = await issuer.admin('select * from issuer.credentials where id = $1', [older]);
  test.ok(issuer.statusLists.bit(row?.['list_pair_id'], row?.['list_index'], 'suspension'));
  test.ok(await settledAt(issuer, newer));
});

t.test('what was revoked in the list alone is left, and not asked for again', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  issuer.statusLists.state.afterChange = () => Promise.reject(new Error('killed'));
  test.equal((await changeStatus(issuer, older, 'revoked')).statusCode, 500);
  issuer.statusLists.state.afterChange = async () => {};
  const newer = await supersede(issuer, older);
  test.ok(await settledAt(issuer, newer));
  const asked = issuer.statusLists.state.changes.length;
  test.same(await settle(issuer.core), []);
  test.equal(issuer.statusLists.state.changes.length, asked);
});

t.test('the same key supersedes once', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => mintOnce(issuer, superseding(older), key)),
  );
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  test.equal(new Set(answers.map(({ body }) => body)).size, 1);
  test.equal((await eventsOf(issuer, older)).length, 1);
  test.equal(await audited(issuer, 'credential.superseded'), 1);
  test.equal(await changesTo(issuer, older, 'suspended'), 1);
});
