import t, { type Test } from 'tap';
import {
  change,
  outcomesOf,
  post,
  REVOKE,
  revoking,
  run,
  started,
  stateOf,
  statusOf,
  WINDOW_MS,
} from './batches.ts';
import type { Issuer } from './helper.ts';

const undo = async (test: Test, issuer: Issuer, id: string) => {
  const answer = await post(issuer, `/v1/status-batches/${id}/undo`);
  test.equal(answer.statusCode, 200, answer.body);
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undone' });
};

/** How the lists have it, not only the mirror. */
const suspendedInList = async (issuer: Issuer, id: string) => {
  const [row] = await issuer.admin(
    'select list_pair_id, list_index from issuer.credentials where id = $1',
    [id],
  );
  return issuer.statusLists.bit(row?.['list_pair_id'], row?.['list_index'], 'suspension');
};

t.test('undoing lifts no suspension that somebody asked for within the window', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  const [asked = '', again = '', plain = ''] = ids;
  await run(test, issuer.core);
  issuer.time.now += 1_000;
  test.equal((await change(issuer, asked, 'suspended')).statusCode, 200);
  await change(issuer, again, 'active');
  issuer.time.now += 1_000;
  await change(issuer, again, 'suspended');
  await undo(test, issuer, id);
  test.equal(await statusOf(issuer, plain), 'active');
  test.equal(
    await statusOf(issuer, asked),
    'suspended',
    'it was suspended already, and is to stay',
  );
  test.equal(await suspendedInList(issuer, asked), true);
  test.equal(await statusOf(issuer, again), 'suspended', 'reinstated by hand, then suspended');
  test.equal(await suspendedInList(issuer, again), true);
});

t.test('undoing leaves what was reinstated by hand meanwhile as it is', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  const [asked = ''] = ids;
  await run(test, issuer.core);
  issuer.time.now += 1_000;
  await change(issuer, asked, 'suspended');
  issuer.time.now += 1_000;
  await change(issuer, asked, 'active');
  await undo(test, issuer, id);
  test.equal(await statusOf(issuer, asked), 'active');
  test.equal(await suspendedInList(issuer, asked), false);
});

t.test('undoing lifts no suspension that was made while the batch was suspending', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  const [asked = '', plain = ''] = ids;
  issuer.statusLists.state.afterChange = async () => {
    issuer.statusLists.state.afterChange = async () => {};
    await change(issuer, asked, 'suspended');
  };
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 3 });
  await undo(test, issuer, id);
  test.equal(await statusOf(issuer, asked), 'suspended');
  test.equal(await suspendedInList(issuer, asked), true);
  test.equal(await statusOf(issuer, plain), 'active');
});

t.test('a suspension by batch within the window of another is not undone with it', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  const [one = ''] = ids;
  await run(test, issuer.core);
  await change(issuer, one, 'active');
  issuer.time.now += 1_000;
  const body = { select: { batch: 'b1' }, status: 'suspended', reason: 'under-investigation' };
  await started(issuer, body);
  await run(test, issuer.core);
  await undo(test, issuer, id);
  test.equal(await statusOf(issuer, one), 'suspended');
});

for (const order of ['first', 'second']) {
  t.test(`of two revocations of the same, the ${order} undone lifts nothing yet`, async (test) => {
    const { issuer, ids, id: first } = await revoking(test);
    const [one = ''] = ids;
    await run(test, issuer.core);
    issuer.time.now += 1_000;
    const second = await started(issuer, { select: { batch: 'b1' }, ...REVOKE });
    await run(test, issuer.core);
    const [early, late] = order === 'first' ? [first, second] : [second, first];
    await undo(test, issuer, early);
    test.equal(await statusOf(issuer, one), 'suspended', 'the other batch still holds it');
    test.equal((await outcomesOf(issuer, early)).get(one), 'undone');
    await undo(test, issuer, late);
    test.equal(await statusOf(issuer, one), 'active');
    test.equal(await suspendedInList(issuer, one), false);
    issuer.time.now += 2 * WINDOW_MS;
    await run(test, issuer.core);
    test.equal(await statusOf(issuer, one), 'active');
  });
}
