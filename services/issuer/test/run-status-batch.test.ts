import t from 'tap';
import {
  change,
  count,
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
import { copies } from './copies.ts';
import { buildReady, send } from './helper.ts';

t.test('a revocation suspends first, and revokes when its window has ended', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), {
    state: 'undo-window',
    changed: 3,
    undoUntil: '2026-11-22T16:10:00Z',
  });
  test.equal(await count(issuer, 'credentials', `status = 'suspended'`), 3);
  test.same(new Set((await outcomesOf(issuer, id)).values()), new Set(['suspended']));
  issuer.time.now += WINDOW_MS - 1;
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undo-window' });
  issuer.time.now += 1;
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'done', changed: 3, refused: 0 });
  test.equal(await count(issuer, 'credentials', `status = 'revoked'`), 3);
  test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 3);
  test.equal(await count(issuer, 'audit', `event like '%"credential.revoked"%'`), 3);
  const url = `/v1/credentials/${ids[0]}/status-changes`;
  const { items } = (await send(issuer, { method: 'GET', url, key: null })).json();
  test.match(items, [
    { status: 'suspended', reason: 'key-compromise', internalNote: REVOKE.internalNote },
    { status: 'revoked', reason: 'key-compromise', clientId: 'client-ZZA01' },
  ]);
  const late = await post(issuer, `/v1/status-batches/${id}/undo`);
  test.equal(late.statusCode, 409);
  test.equal(late.json().code, 'STATUS_CHANGE_REFUSED');
});

t.test('undone within the window, all is as it was before', async (test) => {
  const issuer = await buildReady(test);
  const [suspended = '', revokedMeanwhile = '', plain = ''] = await copies(issuer, 3, {
    batch: 'b1',
  });
  await change(issuer, suspended, 'suspended');
  const id = await started(issuer, { select: { batch: 'b1' }, ...REVOKE });
  await run(test, issuer.core);
  await change(issuer, revokedMeanwhile, 'revoked');
  issuer.time.now += WINDOW_MS - 1;
  const undone = await post(issuer, `/v1/status-batches/${id}/undo`);
  test.equal(undone.statusCode, 200, undone.body);
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undone', changed: 0, refused: 1 });
  test.equal(await statusOf(issuer, plain), 'active');
  test.equal(await statusOf(issuer, suspended), 'suspended', 'it was so before');
  test.equal(await statusOf(issuer, revokedMeanwhile), 'revoked', 'by somebody else, for good');
  const outcomes = await outcomesOf(issuer, id);
  test.equal(outcomes.get(plain), 'undone');
  test.equal(outcomes.get(revokedMeanwhile), 'refused');
  issuer.time.now += WINDOW_MS;
  await run(test, issuer.core);
  test.equal(
    await statusOf(issuer, plain),
    'active',
    'the window of what was undone ends in nothing',
  );
});

t.test('what was revoked by itself meanwhile is kept and counted as refused', async (test) => {
  const { issuer, ids, id } = await revoking(test);
  const [before = '', within = ''] = ids;
  await change(issuer, before, 'revoked');
  await run(test, issuer.core);
  await change(issuer, within, 'revoked');
  issuer.time.now += WINDOW_MS;
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'done', changed: 1, refused: 2 });
  const outcomes = await outcomesOf(issuer, id);
  test.equal(outcomes.get(before), 'refused');
  test.equal(outcomes.get(within), 'refused');
  test.equal(await count(issuer, 'audit', `event like '%"credential.revoked"%'`), 3);
});

t.test('a suspension runs at once, and a reinstatement too', async (test) => {
  const issuer = await buildReady(test);
  const ids = await copies(issuer, 3, { batch: 'b1' });
  const select = { batch: 'b1' };
  const reason = 'under-investigation';
  const suspension = await started(issuer, { select, status: 'suspended', reason });
  await run(test, issuer.core);
  test.match(await stateOf(issuer, suspension), { state: 'done', changed: 3, undoUntil: null });
  const [gone = ''] = ids;
  const back = await started(issuer, { select, status: 'active', reason: 'investigation-closed' });
  await change(issuer, gone, 'revoked');
  await run(test, issuer.core);
  test.match(await stateOf(issuer, back), { state: 'done', changed: 2, refused: 1 });
  test.equal(await statusOf(issuer, gone), 'revoked');
  test.equal(await count(issuer, 'credentials', `status = 'active' and batch = 'b1'`), 2);
});

t.test('an empty batch ends in nothing', async (test) => {
  const issuer = await buildReady(test);
  const body = { select: { batch: 'none' }, status: 'suspended', reason: 'unspecified' };
  const id = await started(issuer, body);
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'done', count: 0, changed: 0 });
});

t.test(
  'a worker that ends after the list changed and before its commit doubles nothing, and undo knows what was',
  async (test) => {
    const { issuer, id } = await revoking(test, 450);
    issuer.statusLists.state.afterChange = () => new Promise(() => {});
    void issuer.core.batchRunner.runDue(() => {});
    while (issuer.statusLists.state.calls === 0) await new Promise(setImmediate);
    issuer.statusLists.state.afterChange = async () => {};
    const other = issuer.newCore();
    await run(test, other);
    test.match(await stateOf(issuer, id), { state: 'running', changed: 0 }, 'the claim is held');
    issuer.time.now += 60_000;
    await run(test, other);
    test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 450, refused: 0 });
    test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 450);
    test.equal(await count(issuer, 'credential_status_changes', `status = 'suspended'`), 450);
    await post(issuer, `/v1/status-batches/${id}/undo`);
    await run(test, other);
    test.match(await stateOf(issuer, id), { state: 'undone' });
    test.equal(await count(issuer, 'credentials', `status = 'active' and batch = 'b1'`), 450);
  },
);

t.test('a worker that stood still and lost its batch commits nothing more', async (test) => {
  const { issuer, id } = await revoking(test, 3);
  const { promise: resumed, resolve: resume } = Promise.withResolvers<void>();
  issuer.statusLists.state.afterChange = () => resumed;
  const stood = run(test, issuer.core);
  while (issuer.statusLists.state.calls === 0) await new Promise(setImmediate);
  issuer.statusLists.state.afterChange = async () => {};
  issuer.time.now += 60_000;
  await run(test, issuer.newCore());
  resume();
  await stood;
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 3 });
  test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 3);
  test.equal(await count(issuer, 'audit', `event like '%"status-batch.suspended"%'`), 1);
});

t.test('five workers at once do it once', async (test) => {
  const { issuer, id } = await revoking(test, 450);
  const workers = [issuer.core, ...Array.from({ length: 4 }, () => issuer.newCore())];
  await Promise.all(workers.map((core) => run(test, core)));
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 450 });
  test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 450);
  test.equal(issuer.statusLists.state.changes.length, 450);
});

t.test(
  'lists that cannot be reached stop a batch, and the next run goes on with it',
  async (test) => {
    const { issuer, id } = await revoking(test, 3);
    issuer.statusLists.state.down = true;
    const errors: unknown[] = [];
    await issuer.core.batchRunner.runDue((error) => errors.push(error));
    test.match(errors, [{ code: 'SERVICE_UNAVAILABLE' }]);
    test.match(await stateOf(issuer, id), { state: 'running', changed: 0 });
    issuer.statusLists.state.down = false;
    await run(test, issuer.core);
    test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 3 });
  },
);

t.test('a chunk whose audit row is refused changes no mirror, and is done again', async (test) => {
  const { issuer, id } = await revoking(test, 3);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin if new.event like '%credential.suspended%' then raise exception 'canary'; end if;
    return new; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.audit
    for each row execute function issuer.canary()`);
  const errors: unknown[] = [];
  await issuer.core.batchRunner.runDue((error) => errors.push(error));
  test.equal(errors.length, 1);
  test.equal(await count(issuer, 'credentials', `status = 'suspended'`), 0);
  test.equal(await count(issuer, 'credential_status_changes', 'true'), 0);
  await issuer.admin('drop trigger canary on issuer.audit');
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 3 });
  test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 3);
});
