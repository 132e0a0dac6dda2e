import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startTestServer } from '#kit/testing';
import { buildTemplate } from '../migrations/template.ts';

// One PostgreSQL for the whole suite (DATABASE_URL replaces it), then tap over the files named, or all.
// The last line is `N passed, N failed`, also when tap could not say it: then something failed.
const SUMMARY = /^\d+ passed, \d+ failed$/;

let summed = false;
try {
  const own = process.env['DATABASE_URL'] ? undefined : await startTestServer();
  const adminUrl = own?.url() ?? process.env['DATABASE_URL'] ?? '';
  try {
    process.exitCode = await runTap(adminUrl, await buildTemplate(adminUrl));
  } finally {
    await own?.stop();
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
if (!summed) {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

async function runTap(url: string, template: string): Promise<number> {
  const tap = fileURLToPath(new URL('../node_modules/.bin/tap', import.meta.url));
  const child = spawn(tap, ['--reporter=./test/reporter.ts', ...process.argv.slice(2)], {
    stdio: ['inherit', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: template },
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    summed = SUMMARY.test(line);
    console.log(line);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
