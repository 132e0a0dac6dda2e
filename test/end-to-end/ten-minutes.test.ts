import t from 'tap';
import { runPage } from './pages.ts';
import { startRunningStack } from './running-stack.ts';

// Each block has a minute; together they have as much as the whole page promises.
t.setTimeout(600_000);

t.test('the commands of docs/issue-in-ten-minutes.md do what the page says', async (t) => {
  const { blocks, failed } = await runPage('issue-in-ten-minutes.md', await startRunningStack(t));
  t.equal(failed, '');
  t.ok(blocks.length >= 10);
  for (const { commands, printed, expected, seconds } of blocks) {
    t.match(printed, expected, commands);
    t.ok(seconds < 60, 'in under a minute');
  }
});
