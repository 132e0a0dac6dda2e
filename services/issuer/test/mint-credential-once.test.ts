import { randomUUID } from 'node:crypto';
import t from 'tap';
import { buildReady, mintBody, mintOnce, send } from './helper.ts';

const ROUTE = '/v1/credentials';

t.test('a write without an idempotency key is refused', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer, mintBody(), null);
  test.equal(answer.statusCode, 400);
  test.equal(answer.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const long = await mintOnce(issuer, mintBody(), 'k'.repeat(256));
  test.equal(long.statusCode, 400);
  test.equal(long.json().code, 'IDEMPOTENCY_KEY_INVALID');
});

t.test('fifty equal calls at once make one credential and fifty equal answers', async (test) => {
  const issuer = await buildReady(test);
  const calls = Array.from({ length: 50 }, () => mintOnce(issuer, mintBody(), 'same-key'));
  const answers = await Promise.all(calls);
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  test.equal(new Set(answers.map(({ body }) => body)).size, 1);
  test.equal(new Set(answers.map(({ headers }) => headers.location)).size, 1);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('a key used for another body is refused, and is free for another trust', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer, mintBody(), 'key')).statusCode, 201);
  const reused = await mintOnce(issuer, mintBody({ employeeId: 'E-9' }), 'key');
  test.equal(reused.statusCode, 422);
  test.equal(reused.json().code, 'IDEMPOTENCY_KEY_REUSED');
  const other = await send(issuer, { url: ROUTE, body: mintBody(), key: 'key', odsCode: 'ZZB02' });
  test.equal(other.json().code, 'ISSUER_KEY_NOT_REGISTERED', 'it ran, and found no key of its own');
});

t.test('a hundred calls at once get a hundred indexes', async (test) => {
  const issuer = await buildReady(test);
  issuer.statusLists.state.sliceSize = 8;
  const answers = await Promise.all(Array.from({ length: 100 }, () => mintOnce(issuer)));
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  const rows = await issuer.admin(
    'select count(distinct list_index)::int indexes, count(*)::int n from issuer.credentials',
  );
  test.match(rows, [{ indexes: 100, n: 100 }]);
});

t.test('when the commit fails nothing signed leaves, and a retry issues', async (test) => {
  const issuer = await buildReady(test);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin if new.employee_id = 'E-1' then raise exception 'canary'; end if; return new; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.credentials
    for each row execute function issuer.canary()`);
  const failed = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(failed.statusCode, 500);
  test.notMatch(failed.body, /proofValue|verifiableCredential|canary/);
  await issuer.admin('drop trigger canary on issuer.credentials');
  const retried = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(retried.statusCode, 201);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('when the audit row cannot be written nothing is issued', async (test) => {
  const issuer = await buildReady(test);
  await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin raise exception 'disk full'; end $$`);
  await issuer.admin(`create trigger canary before insert on issuer.audit
    for each row execute function issuer.canary()`);
  const failed = await mintOnce(issuer, mintBody(), 'retried');
  test.equal(failed.statusCode, 503);
  test.ok(failed.headers['retry-after']);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 0 }]);
  await issuer.admin('drop trigger canary on issuer.audit');
  test.equal((await mintOnce(issuer, mintBody(), 'retried')).statusCode, 201);
});

t.test('an id that is drawn twice is drawn again, and overwrites nothing', async (test) => {
  const issuer = await buildReady(test);
  const id = randomUUID();
  issuer.ids.push(id);
  const first = await mintOnce(issuer);
  issuer.ids.push(id);
  const second = await mintOnce(issuer);
  test.equal(first.headers.location, `/credentials/${id}`);
  test.equal(second.statusCode, 201);
  test.not(second.headers.location, first.headers.location);
  const [row] = await issuer.admin('select document from issuer.credentials where id = $1', [id]);
  test.equal(first.body, `{"verifiableCredential":${String(row?.['document'])}}`);
});

t.test('without a status index nothing is issued', async (test) => {
  const issuer = await buildReady(test);
  issuer.statusLists.state.down = true;
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, 503);
  test.equal(answer.json().code, 'SERVICE_UNAVAILABLE');
  issuer.statusLists.state.down = false;
  test.equal((await mintOnce(issuer)).statusCode, 201);
});
