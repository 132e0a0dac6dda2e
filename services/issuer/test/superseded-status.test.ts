import t from 'tap';
import { actingFor } from '../src/domain/superseding.ts';
import { post, run, started } from './batches.ts';
import { buildReady, type Issuer, mint } from './helper.ts';
import { changeStatus, recordOf, settle, settledAt, supersede } from './lifecycles.ts';

/** By another process of the service. */
function reinstateElsewhere(issuer: Issuer, id: string) {
  const change = { id, purpose: 'suspension', value: false, reason: 'unspecified' } as const;
  const call = actingFor('ZZA01', { clientId: 'client-ZZA01', person: undefined });
  return issuer.newCore().statusChanger.change(call, change, ({ status }) => status);
}

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
  // who has asked whether it is superseded, and has yet to clear the bit
  const answer = await reinstateElsewhere(issuer, older);
  test.equal(answer.body, '"active"');
  test.ok(newer);
  test.same(await settle(issuer.core), []);
  test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
  const [row] = await issuer.admin('select * from issuer.credentials where id = $1', [older]);
  test.ok(issuer.statusLists.bit(row?.['list_pair_id'], row?.['list_index'], 'suspension'));
  test.ok(await settledAt(issuer, newer));
});

t.test(
  'a reinstatement that was killed while it was superseded is mended by its retry',
  async (test) => {
    const issuer = await buildReady(test);
    const { state, bit } = issuer.statusLists;
    const older = await mint(issuer);
    await changeStatus(issuer, older, 'suspended');
    issuer.time.now += 1_000;
    state.afterChange = async () => {
      state.afterChange = async () => {};
      await supersede(issuer, older);
      // the bit is cleared next, and nobody is left to record it
      state.afterChange = () => Promise.reject(new Error('killed'));
    };
    await test.rejects(reinstateElsewhere(issuer, older), { message: 'killed' });
    state.afterChange = async () => {};
    test.same(await settle(issuer.newCore()), []);
    const [row] = await issuer.admin('select * from issuer.credentials where id = $1', [older]);
    const isSuspended = () => bit(row?.['list_pair_id'], row?.['list_index'], 'suspension');
    test.match(row, { lifecycle: 'superseded', status: 'suspended' });
    test.notOk(isSuspended(), 'the list alone says otherwise');
    await test.rejects(reinstateElsewhere(issuer, older), { code: 'STATUS_CHANGE_REFUSED' });
    test.ok(isSuspended());
  },
);

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
