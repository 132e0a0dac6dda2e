import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { createWorkerPool, type WorkerPoolOptions } from '../worker-pool.ts';

interface Order {
  /** milliseconds of processor time */
  work?: number;
  /** milliseconds without any */
  rest?: number;
  fill?: boolean;
  fail?: boolean;
  /** to end by itself once it has answered */
  end?: boolean;
}

// A thread that works, rests, fills its memory or fails as it is told, and answers with its number.
const THREAD = `
import { parentPort, threadId } from 'node:worker_threads';
import { setTimeout } from 'node:timers/promises';
parentPort.on('message', async ({ work = 0, rest = 0, fill = false, fail = false, end = false }) => {
  if (fail) throw new Error('a fault of ours');
  const filled = [];
  while (fill) filled.push(new Array(10_000).fill(filled.length).map(String));
  const { user, system } = process.threadCpuUsage();
  for (let used = 0; used < work * 1000; ) {
    const now = process.threadCpuUsage();
    used = now.user + now.system - user - system;
  }
  await setTimeout(rest);
  parentPort.postMessage(threadId);
  if (end) process.exit();
});
parentPort.postMessage('ready');
`;

function poolOf(t: Test, changes: Partial<WorkerPoolOptions> = {}) {
  const pool = createWorkerPool<Order, number>({
    url: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    size: 1,
    maxWaiting: 8,
    workMs: 100,
    waitingMs: 20_000,
    patienceMs: 20_000,
    ...changes,
  });
  t.teardown(() => pool.close());
  return pool;
}

t.test('one thread does one order after the other', async (t) => {
  const pool = poolOf(t);
  const answers = await Promise.all([pool.run({}), pool.run({}), pool.run({})]);
  t.equal(new Set(answers).size, 1);
});

t.test('a second thread is started when the first is at work, and no third', async (t) => {
  const pool = poolOf(t, { size: 2 });
  t.equal(await pool.run({}), await pool.run({}));
  const answers = await Promise.all([1, 2, 3, 4].map(() => pool.run({ rest: 20 })));
  t.equal(new Set(answers).size, 2);
});

t.test('an order that takes too much work ends its thread, and the next has another', async (t) => {
  const pool = poolOf(t);
  const first = await pool.run({ work: 1 });
  const late = pool.run({ work: 60_000 });
  const waiting = pool.run({});
  await t.rejects(late, { code: 'TOO_COMPLEX' });
  t.not(await waiting, first);
});

t.test('an order may take long when it works little', async (t) => {
  const pool = poolOf(t);
  await t.resolves(pool.run({ rest: 400 }));
});

t.test('an order is given up after a time, however little was done', async (t) => {
  const pool = poolOf(t, { patienceMs: 200 });
  await t.resolves(pool.run({}));
  await t.rejects(pool.run({ rest: 60_000 }), { code: 'SERVICE_UNAVAILABLE' });
  await t.resolves(pool.run({}));
});

t.test('an order that fills the memory ends its thread only', async (t) => {
  const pool = poolOf(t, { workMs: 60_000 });
  await t.resolves(pool.run({}));
  await t.rejects(pool.run({ fill: true }), { code: 'TOO_COMPLEX' });
  await t.resolves(pool.run({}));
});

t.test('a fault of a thread is no verdict on the order', async (t) => {
  const pool = poolOf(t);
  await t.rejects(pool.run({ fail: true }), {
    code: 'SERVICE_UNAVAILABLE',
    cause: { message: 'a fault of ours' },
  });
  await t.resolves(pool.run({}));
});

t.test('no more orders wait than may', async (t) => {
  const pool = poolOf(t, { maxWaiting: 2 });
  const taken = [1, 2, 3].map(() => pool.run({ rest: 20 }));
  await t.rejects(pool.run({}), { code: 'SERVICE_UNAVAILABLE' });
  await Promise.all(taken);
  await t.resolves(pool.run({}));
});

t.test('an order ends when its caller gives up', async (t) => {
  const pool = poolOf(t);
  await t.resolves(pool.run({}, new AbortController().signal));
  await t.rejects(pool.run({ rest: 60_000 }, AbortSignal.timeout(50)), { code: 'TOO_COMPLEX' });
  await t.rejects(pool.run({}, AbortSignal.abort()), { code: 'TOO_COMPLEX' });
});

t.test('an order waits no longer than it may, and leaves the queue', async (t) => {
  const pool = poolOf(t, { patienceMs: 1_000, waitingMs: 1_000, maxWaiting: 2 });
  await t.resolves(pool.run({}));
  const ended: string[] = [];
  const first = pool.run({ rest: 600 });
  // Begins after 600 ms, and has a second from then on. The one behind it has waited for a second before that is over.
  const second = t
    .rejects(pool.run({ rest: 60_000 }), { code: 'SERVICE_UNAVAILABLE' })
    .then(() => ended.push('second'));
  const third = t
    .rejects(pool.run({}), { code: 'SERVICE_UNAVAILABLE' })
    .then(() => ended.push('third'));
  await Promise.all([first, second, third]);
  t.same(ended, ['third', 'second']);
  await t.resolves(pool.run({}), 'there is a place again');
});

t.test('a thread that never gets ready is given up', async (t) => {
  const url = new URL('data:text/javascript,setInterval(() => undefined, 60_000)');
  const pool = poolOf(t, { url, patienceMs: 200 });
  await t.rejects(pool.run({}), { code: 'SERVICE_UNAVAILABLE' });
});

t.test('a thread that ended while it was idle is not asked again', async (t) => {
  const pool = poolOf(t);
  const started = once(process, 'worker') as Promise<[Worker]>;
  const [worker, first] = await Promise.all([started, pool.run({ end: true })]).then(
    ([[one], answer]) => [one, answer] as const,
  );
  // An idle thread does not keep the process.
  worker.ref();
  if (worker.threadId > 0) await once(worker, 'exit');
  t.not(await pool.run({}), first);
});

t.test('orders that wait when the pool is closed are told', async (t) => {
  const pool = poolOf(t);
  await t.resolves(pool.run({}));
  const orders = [1, 2].map(() =>
    t.rejects(pool.run({ rest: 60_000 }), { code: 'SERVICE_UNAVAILABLE' }),
  );
  await pool.close();
  await Promise.all(orders);
});
