import t from 'tap';
import { runPage } from './pages.ts';
import { startRunningStack } from './running-stack.ts';

t.setTimeout(300_000);

t.test('the commands of docs/verify-in-an-afternoon.md do what the page says', async (t) => {
  const stack = await startRunningStack(t);
  const { blocks, failed } = await runPage('verify-in-an-afternoon.md', stack);
  t.equal(failed, '');
  t.ok(blocks.length >= 8);
  for (const { commands, printed, expected, seconds } of blocks) {
    t.match(printed, expected, commands);
    t.ok(seconds < 60, 'in under a minute');
  }
});
