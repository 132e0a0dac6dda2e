import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createPublicationSchedule } from '../../src/domain/publication-schedule.ts';

const NEVER_MS = 3_600_000;

function observed(work: () => Promise<void> = async () => {}) {
  const errors: unknown[] = [];
  let runs = 0;
  let atOnce = 0;
  let most = 0;
  return {
    errors,
    runs: () => runs,
    most: () => most,
    options: {
      onError: (error: unknown) => errors.push(error),
      async publishDueLists() {
        runs += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await work().finally(() => {
          atOnce -= 1;
        });
      },
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

t.test('it publishes at the start and at every tick, also after a failure', async (t) => {
  const { options, runs, errors } = observed(() => Promise.reject(new Error('broken')));
  const schedule = createPublicationSchedule({ ...options, tickMs: 2, soonMs: NEVER_MS });
  schedule.start();
  await until(() => runs() >= 3);
  await schedule.close();
  t.ok(errors.length >= 3);
});

t.test('many changes share one publication, shortly after the first', async (t) => {
  const { options, runs } = observed();
  const schedule = createPublicationSchedule({ ...options, tickMs: NEVER_MS, soonMs: 5 });
  for (let change = 0; change < 100; change++) schedule.wake();
  await until(() => runs() > 0);
  await sleep(20);
  t.equal(runs(), 1);
  schedule.wake();
  await until(() => runs() === 2);
  await schedule.close();
});

t.test('a change during a publication is followed by another, never two at once', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { options, runs, most } = observed(() => gate.promise);
  const schedule = createPublicationSchedule({ ...options, tickMs: NEVER_MS, soonMs: 1 });
  schedule.start();
  schedule.wake();
  await sleep(20);
  t.equal(runs(), 1);
  gate.resolve();
  await until(() => runs() === 2);
  t.equal(most(), 1);
  await schedule.close();
});

t.test('closing waits for what runs and starts nothing more', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { options, runs } = observed(() => gate.promise);
  const schedule = createPublicationSchedule({ ...options, tickMs: 1, soonMs: 1 });
  schedule.start();
  let closed = false;
  const closing = schedule.close().then(() => {
    closed = true;
  });
  await sleep(10);
  t.equal(closed, false);
  gate.resolve();
  await closing;
  schedule.wake();
  await sleep(10);
  t.equal(runs(), 1);
});
