import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createRegistryPoller } from '../src/registry-poller.ts';

interface Arranged {
  cells?: string[];
  intervalMs?: number;
  poll: (cell: string) => Promise<void>;
}

function start(t: Test, { cells = ['did:web:a.example'], intervalMs = 5, poll }: Arranged) {
  const failures: string[] = [];
  const poller = createRegistryPoller({
    cells,
    poll,
    intervalMs,
    random: () => 0.5,
    onFailure: (cell) => void failures.push(cell),
  });
  t.teardown(() => poller.close());
  poller.start();
  return { poller, failures };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

t.test('Every cell is asked again and again, and one that fails holds up no other', async (t) => {
  const asked = new Map<string, number>();
  const { failures } = start(t, {
    cells: ['a', 'b'],
    poll: async (cell) => {
      asked.set(cell, (asked.get(cell) ?? 0) + 1);
      if (cell === 'b') throw new Error('down');
    },
  });
  await until(() => (asked.get('a') ?? 0) >= 20 && failures.length >= 3);
  t.ok((asked.get('b') ?? 0) < (asked.get('a') ?? 0), 'what fails is asked less often');
  t.same(new Set(failures), new Set(['b']));
});

t.test('A cell is asked one question at a time', async (t) => {
  let open = 0;
  let most = 0;
  let polls = 0;
  start(t, {
    intervalMs: 1,
    poll: async () => {
      open += 1;
      most = Math.max(most, open);
      await sleep(3);
      open -= 1;
      polls += 1;
    },
  });
  await until(() => polls >= 5);
  t.equal(most, 1);
});

t.test('Closing waits for the question that is open and asks no other', async (t) => {
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  let polls = 0;
  const { poller } = start(t, {
    poll: () => {
      polls += 1;
      return promise;
    },
  });
  let isClosed = false;
  const closing = poller.close().then(() => {
    isClosed = true;
  });
  await setImmediate();
  t.equal(isClosed, false);
  finish();
  await closing;
  t.equal(polls, 1);
});
