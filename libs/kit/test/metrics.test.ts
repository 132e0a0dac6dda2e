import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { createCheckpointWriter } from '#ledger/checkpoints';
import { tellAuditOutcome } from '#ledger/audit-outcomes';
import { VcError } from '#vc/error';
import { createMetrics } from '../health.ts';
import { observePool, observeRequests } from '../metrics.ts';
import { createServer } from '../server.ts';

t.test(
  'A problem is counted by its code, a request by its route and never by its address',
  async (t) => {
    const metrics = createMetrics();
    const app = await createServer({ name: 'test', description: 'A test', logger: false });
    t.teardown(() => app.close());
    observeRequests(app, metrics);
    app.get('/things/:id', () => {
      throw new VcError('PROOF_GENERATION_ERROR', 'The signer did not answer');
    });
    for (const path of ['/things/a1', '/things/b2', '/elsewhere/c3']) await app.inject(path);
    const text = await metrics.metrics();
    t.match(text, 'http_problems_total{code="PROOF_GENERATION_ERROR"} 2');
    t.match(text, 'http_problems_total{code="NOT_FOUND"} 1');
    t.match(text, 'http_problems_total{code="STATUS_LIST_FENCED"} 0', 'there before the first');
    const count = 'http_request_duration_seconds_count';
    t.match(text, `${count}{method="GET",route="/things/:id",status="503"} 2`);
    t.match(text, `${count}{method="GET",route="unknown",status="404"} 1`);
    t.notMatch(text, /a1|b2|c3|elsewhere/);
  },
);

t.test('An audit row that could not be written is counted', async (t) => {
  const metrics = createMetrics();
  t.match(await metrics.metrics(), 'audit_failures_total{operation="append"} 0');
  tellAuditOutcome({ operation: 'append', ok: false });
  t.match(await metrics.metrics(), 'audit_failures_total{operation="append"} 1');
});

t.test('A checkpoint that fails is counted, and the time of the last good one stays', async (t) => {
  const metrics = createMetrics();
  const confirmed = metrics.getSingleMetric('audit_checkpoint_timestamp_seconds');
  const confirmedAt = async () => (await confirmed?.get())?.values[0]?.value ?? 0;
  const works = { readsHeads: true };
  const writer = createCheckpointWriter({
    readHeads: () => (works.readsHeads ? Promise.resolve([]) : Promise.reject(new Error('gone'))),
    sign: () => Promise.reject(new Error('nothing is signed here')),
    file: '/nowhere',
    service: 'test',
    clock: Date.now,
    onError: () => {},
  });
  const started = await confirmedAt();
  while (Date.now() / 1_000 <= started) await setImmediate();
  await writer.write();
  const good = await confirmedAt();
  t.ok(good > started);
  works.readsHeads = false;
  await t.rejects(writer.write(), { message: 'gone' });
  t.equal(await confirmedAt(), good);
  t.match(await metrics.metrics(), 'audit_failures_total{operation="checkpoint"} 1');
  works.readsHeads = true;
  await writer.close();
});

t.test('A pool is read when it is asked', async (t) => {
  const metrics = createMetrics();
  const pool = { totalCount: 0, idleCount: 0, waitingCount: 0, options: { max: 10 } };
  observePool(pool, metrics);
  pool.totalCount = 10;
  pool.idleCount = 3;
  pool.waitingCount = 2;
  const text = await metrics.metrics();
  t.match(text, 'database_pool_connections{state="in_use"} 7');
  t.match(text, 'database_pool_connections{state="idle"} 3');
  t.match(text, 'database_pool_waiting 2');
  t.match(text, 'database_pool_max_connections 10');
});
