import t from 'tap';
import { count, REVOKE, revoking, run, started, stateOf } from './batches.ts';
import { copies } from './copies.ts';

t.test('a small batch does not wait for the end of a large one', async (test) => {
  const { issuer, id } = await revoking(test, 2_500);
  issuer.time.now += 1_000;
  await copies(issuer, 3, { batch: 'b2' });
  const small = await started(issuer, { select: { batch: 'b2' }, ...REVOKE });
  const [row] = await issuer.admin(`select min(list_index)::int as first from issuer.credentials
    where batch = 'b2'`);
  await run(test, issuer.core);
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 2_500 });
  test.match(await stateOf(issuer, small), { state: 'undo-window', changed: 3 });
  const { changes } = issuer.statusLists.state;
  const turn = changes.findIndex(({ index }) => index === row?.['first']);
  test.ok(turn > 0 && turn < 2_200, `its turn came after ${turn} changes`);
});

t.test('a batch that fails again and again keeps no other one waiting', async (test) => {
  const { issuer, id } = await revoking(test, 3);
  issuer.time.now += 1_000;
  await copies(issuer, 3, { batch: 'b2' });
  const other = await started(issuer, { select: { batch: 'b2' }, ...REVOKE });
  const [row] = await issuer.admin(`select id from issuer.credentials where batch = 'b1' limit 1`);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin if new.event like '%${String(row?.['id'])}%' then raise exception 'canary'; end if;
    return new; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.audit
    for each row execute function issuer.canary()`);
  const failed: string[] = [];
  await issuer.core.batchRunner.runDue((_, batch) => failed.push(batch));
  test.same(failed, [id]);
  test.match(await stateOf(issuer, id), { state: 'running', changed: 0 });
  test.match(await stateOf(issuer, other), { state: 'undo-window', changed: 3 });
});

t.test('a process that ends does so between two chunks, and another goes on', async (test) => {
  const { issuer, id } = await revoking(test, 450);
  const closing = new AbortController();
  issuer.statusLists.state.afterChange = async () => closing.abort();
  await issuer.core.batchRunner.runDue((error) => test.error(error), closing.signal);
  test.match(await stateOf(issuer, id), { state: 'running', changed: 200 });
  issuer.time.now += 60_000;
  await run(test, issuer.newCore());
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 450 });
  test.equal(await count(issuer, 'audit', `event like '%"credential.suspended"%'`), 450);
});
