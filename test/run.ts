import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTestServer } from '#kit/testing';
import { buildTemplate } from '../migrations/template.ts';

// One PostgreSQL for the whole suite (DATABASE_URL replaces it), then tap over the files named, or all.
// The reporter's `N passed, N failed` stays the last line: nothing is printed here.
const own = process.env['DATABASE_URL'] ? undefined : await startTestServer();
const adminUrl = own?.url() ?? process.env['DATABASE_URL'] ?? '';
try {
  process.exitCode = await runTap(adminUrl, await buildTemplate(adminUrl));
} finally {
  await own?.stop();
}

async function runTap(url: string, template: string): Promise<number> {
  const tap = fileURLToPath(new URL('../node_modules/.bin/tap', import.meta.url));
  const child = spawn(tap, ['--reporter=./test/reporter.ts', ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: template },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
