import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { isAlive } from '#postgres/stale-postmaster';
import { runProgram } from '../../test/end-to-end/running-stack.ts';
import { claim } from '../local/claim.ts';
import { createLayout } from '../local/layout.ts';
import { openPostgres } from '../local/postgres.ts';
import { superviseService } from '../local/supervise.ts';

// the embedded PostgreSQL is meant here, also where the suite runs on another
delete process.env['DATABASE_URL'];

const within = (seconds: number) => performance.now() + seconds * 1000;

t.test('a second start finds the data of the first and is as ready as it was', async (t) => {
  const first = await runProgram(t, 'start.ts');
  await said(first, /^ready$/m);
  first.child.kill('SIGTERM');
  await once(first.child, 'close');
  const second = await runProgram(t, 'start.ts', first);
  await said(second, /^ready$/m);

  await t.test('a launcher on the same data is refused, and harms nothing', async (t) => {
    const stack = readFileSync(join(second.dataDir, 'stack.json'), 'utf8');
    const third = await runProgram(t, 'start.ts', { dataDir: second.dataDir });
    const [code] = await once(third.child, 'close');
    t.equal(code, 1);
    t.match(third.output(), `in use by the launcher with process id ${second.child.pid}`);
    t.match(third.output(), 'DATA_DIR and PORT_BASE');
    t.equal(readFileSync(join(second.dataDir, 'stack.json'), 'utf8'), stack);
  });
});

t.test('a port in use is named, with the way out, before anything is started', async (t) => {
  const layout = temporaryLayout(t, 15_200);
  (await claim(layout))();
  const other = createServer().listen(layout.port('verifier'), '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());

  const refusal = claim(layout);
  await t.rejects(refusal, /port 15202 \(verifier\)/);
  await t.rejects(refusal, /PORT_BASE/);
});

t.test('a data directory is free again when its launcher was killed', async (t) => {
  const layout = temporaryLayout(t, 15_400);
  (await claim(layout))();
  // of a process that lives and is no launcher: the number was given out again
  writeFileSync(layout.path('launcher.pid'), String(process.ppid));
  await t.resolves(claim(layout));
});

t.test('a service that cannot start says why', async (t) => {
  const layout = temporaryLayout(t, 15_600);
  const service = superviseService({
    name: 'verifier',
    env: { PORT: 'none' },
    logFile: layout.path('verifier.log'),
    onStart: () => {},
    onDeath: () => {},
  });
  t.teardown(() => service.stop());
  const giveUp = within(20);
  while (service.lastWords() === undefined && performance.now() < giveUp) await wait(20);
  t.match(service.lastWords(), /^The configuration is not usable:\n- PORT is not a whole number\n/);
  t.notMatch(service.lastWords(), /^\s+at /m, 'without a stack');
});

t.test('PostgreSQL that is just being started again stops with the rest', async (t) => {
  const layout = temporaryLayout(t, 15_800);
  const pids: number[] = [];
  const postgres = await openPostgres(layout, {
    onStart: (pid) => pids.push(pid),
    onDeath: () => {},
  });
  const [first = 0] = pids;
  process.kill(first, 'SIGKILL');
  const giveUp = within(10);
  while (isAlive(first) && performance.now() < giveUp) await wait(5);
  await postgres.stop();
  t.notOk(isAlive(postgres.pid() ?? process.pid));
});

function temporaryLayout(t: { teardown(handler: () => void): void }, portBase: number) {
  const folder = mkdtempSync(join(tmpdir(), 'staff-passport-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return createLayout(folder, portBase);
}

async function said({ output }: { output: () => string }, line: RegExp): Promise<void> {
  const giveUp = within(60);
  while (!line.test(output())) {
    if (/^the launcher ended/m.test(output()) || performance.now() > giveUp)
      throw new Error(`The launcher did not say ${line}:\n${output()}`);
    await wait(50);
  }
}
