import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { processTree, stillRunning } from './processes.ts';
import { isFree, runProgram } from './running-stack.ts';

t.setTimeout(180_000);

t.test('The demonstration does what it promises and leaves nothing running', async (t) => {
  const { child, output, portBase, dataDir } = await runProgram(t, 'demo.ts');
  const ended = once(child, 'close');
  // the whole stack runs by the time that its first step is printed
  const seen = new Promise<number[]>((resolve) => {
    const look = setInterval(() => {
      if (!/^\s*[\d.]+ s {2}2\. /m.test(output()) && child.exitCode === null) return;
      clearInterval(look);
      resolve(child.exitCode === null ? processTree(child.pid as number) : []);
    }, 50);
  });
  const processes = await seen;
  const [code] = (await ended) as [number | null];

  t.equal(code, 0, output());
  t.match(output(), '30 of 30 good');
  t.match(output(), '29 good, 1 not');
  t.match(output(), 'the one: CREDENTIAL_REVOKED');
  for (const [refused, reason] of [
    ['a changed claim', 'PROOF_VERIFICATION_ERROR'],
    ['accredited for fire safety only', 'ISSUER_NOT_ACCREDITED'],
    ['a replayed challenge', 'CHALLENGE_USED'],
    ['a presentation by another key', 'HOLDER_MISMATCH'],
  ] as const) {
    t.match(output(), new RegExp(`ok .*${refused}: refused, .*${reason}`));
  }
  t.notMatch(output(), 'WRONG');

  t.ok(processes.length >= 7, 'launcher, PostgreSQL and five services were running');
  t.same(stillRunning(processes), []);
  for (const service of [1, 2, 3, 4, 5]) t.ok(await isFree(portBase + 500 + service));
  t.notOk(existsSync(join(dataDir, 'demo/stack.json')));
});
