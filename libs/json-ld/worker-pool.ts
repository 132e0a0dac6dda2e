import { Worker } from 'node:worker_threads';
import { VcError } from '#vc/error';

export interface WorkerPool<Order, Answer> {
  /**
   * @throws VcError TOO_COMPLEX when the order takes more time or memory than it may, or the caller gives up, and
   * SERVICE_UNAVAILABLE when too many wait, the machine is too busy or no thread can be had
   */
  run(order: Order, signal?: AbortSignal): Promise<Answer>;
  /** ends the threads; the process ends without it */
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  /** the module of a thread, which posts a message once it can take orders, and then one for each */
  url: URL;
  /** threads at most, each started when an order finds all others at work */
  size: number;
  /** orders waiting at most */
  maxWaiting: number;
  /** milliseconds of a thread's processor time that an order may take */
  workMs: number;
  /** milliseconds for which an order waits for a thread at most */
  waitingMs: number;
  /** milliseconds after which one is given up, however little of it a busy machine has done */
  patienceMs: number;
}

interface Thread {
  worker: Worker;
  ready: Promise<unknown>;
}

interface Job<Order, Answer> {
  order: Order;
  signal: AbortSignal | undefined;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** Threads that are started when first needed, do one order at a time, and are ended when one takes too much. */
export function createWorkerPool<Order, Answer>(
  options: WorkerPoolOptions,
): WorkerPool<Order, Answer> {
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  const waiting: Job<Order, Answer>[] = [];

  function next(): void {
    if (waiting.length === 0) return;
    const thread = idle.pop() ?? start();
    if (thread === undefined) return;
    const job = waiting.shift();
    if (job !== undefined) void work(thread, job).finally(next);
  }

  function start(): Thread | undefined {
    if (all.size >= options.size) return undefined;
    const thread = startThread(options.url);
    all.add(thread);
    // One that ends while it has nothing to do is not there for the next order.
    thread.worker.once('exit', () => {
      all.delete(thread);
      remove(idle, thread);
    });
    return thread;
  }

  async function work(thread: Thread, { order, signal, resolve, reject }: Job<Order, Answer>) {
    // A thread at work keeps the process alive, one that waits does not.
    thread.worker.ref();
    try {
      resolve((await answerOf(thread, order, { ...options, signal })) as Answer);
      thread.worker.unref();
      // It may have ended with its answer.
      if (all.has(thread)) idle.push(thread);
    } catch (error) {
      // Nothing tells what state it is in.
      all.delete(thread);
      reject(error instanceof VcError ? error : tooBusy(error));
      await thread.worker.terminate();
    }
  }

  return {
    async run(order, signal) {
      if (waiting.length >= options.maxWaiting) throw tooBusy();
      const { promise, resolve, reject } = withResolvers<Answer>();
      const job = { order, signal, resolve, reject };
      waiting.push(job);
      const patience = setTimeout(() => {
        if (remove(waiting, job)) reject(tooBusy());
      }, options.waitingMs);
      next();
      return promise.finally(() => clearTimeout(patience));
    },
    async close() {
      idle.length = 0;
      for (const { reject } of waiting.splice(0)) reject(tooBusy());
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
}

/** Whether it was there. */
function remove<T>(from: T[], one: T): boolean {
  const at = from.indexOf(one);
  if (at >= 0) from.splice(at, 1);
  return at >= 0;
}

function startThread(url: URL): Thread {
  const worker = new Worker(url, { resourceLimits: MEMORY, env: {}, execArgv: [] });
  // Whoever waits for a thread hears of its end. One that is idle has nobody to tell.
  worker.on('error', () => undefined);
  return { worker, ready: nextMessage(worker) };
}

interface Patience extends WorkerPoolOptions {
  signal: AbortSignal | undefined;
}

async function answerOf(
  { worker, ready }: Thread,
  order: unknown,
  { signal, workMs, patienceMs }: Patience,
): Promise<unknown> {
  const { promise: end, reject: giveUp } = withResolvers<never>();
  const stop = () => giveUp(tooComplex());
  signal?.addEventListener('abort', stop);
  // It may come before anybody waits for it.
  end.catch(() => undefined);
  const patience = setTimeout(() => giveUp(tooBusy()), patienceMs);
  let meter: NodeJS.Timeout | undefined;
  // Not of the clock: beside busy neighbours, a document that is allowed takes several times as long.
  const measure = ({ user, system }: NodeJS.CpuUsage) => {
    if ((user + system) / 1_000 > workMs) stop();
  };
  try {
    await Promise.race([ready, end]);
    const before = await usageOf(worker);
    meter = setInterval(() => {
      // Of a thread that has ended, its end tells.
      usageOf(worker, before).then(measure, () => undefined);
    }, workMs / 5);
    if (signal?.aborted === true) throw tooComplex();
    const answer = nextMessage(worker);
    worker.postMessage(order, []);
    return await Promise.race([answer, end]);
  } finally {
    clearInterval(meter);
    clearTimeout(patience);
    signal?.removeEventListener('abort', stop);
  }
}

function nextMessage(worker: Worker): Promise<unknown> {
  const { promise, resolve, reject } = withResolvers<unknown>();
  const onError = (cause: Error & { code?: string }) =>
    reject(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex(cause) : tooBusy(cause));
  const onExit = () => reject(tooBusy());
  const settled = () => {
    worker.off('message', resolve).off('error', onError).off('exit', onExit);
  };
  worker.once('message', resolve).once('error', onError).once('exit', onExit);
  // A promise that is kept for later must not count as unheard when the thread ends before.
  promise.then(settled, settled);
  return promise;
}

// Both are missing in the oldest Node that the offline verifier runs on: there patience alone ends what takes too much.
async function usageOf(worker: Worker, before?: NodeJS.CpuUsage): Promise<NodeJS.CpuUsage> {
  return 'cpuUsage' in worker ? worker.cpuUsage(before) : { user: 0, system: 0 };
}

function withResolvers<T>() {
  let settle!: [resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void];
  const promise = new Promise<T>((...given) => {
    settle = given;
  });
  const [resolve, reject] = settle;
  return { promise, resolve, reject };
}

function tooComplex(cause?: unknown): VcError {
  return new VcError('TOO_COMPLEX', 'Canonicalizing the document takes too much work', { cause });
}

function tooBusy(cause?: unknown): VcError {
  return new VcError('SERVICE_UNAVAILABLE', 'Large documents have to wait: send it again', {
    cause,
  });
}
