import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { createHrClient } from '../../deploy/local/hr-client.ts';
import { installRunner } from './collection-runner.ts';
import { startRunningStack } from './running-stack.ts';

const COLLECTION = fileURLToPath(new URL('../../docs/api/', import.meta.url));
const TIMEOUT_MS = 180_000;

interface Outcome {
  /** the request's file in the collection, without its ending */
  path: string;
  status: string;
  error: string | null;
  request: { url: string };
  assertionResults: { status: string; lhsExpr: string; error?: string }[];
  testResults: { status: string; description: string; error?: string }[];
}

t.setTimeout(600_000);

t.test('Every request of the collection in docs/api is answered as it asserts', async (t) => {
  const runner = await installRunner();
  const stack = await startRunningStack(t);
  const { services, zoo, clients } = stack.file();
  const file = stack.file();
  const [ashmere, brackendale] = await Promise.all(
    clients.slice(0, 2).map((client) => createHrClient(file, client).token()),
  );
  const variables = {
    ashmere,
    brackendale,
    issuer: services['issuer'],
    verifier: services['verifier'],
    registry: services['trust-registry'],
    statusLists: services['status-list'],
    zoo: zoo?.replace('/index.json', ''),
  };
  const report = join(stack.dataDir, 'collection.json');
  const given = Object.entries(variables).flatMap(([name, value]) => [
    '--env-var',
    `${name}=${value}`,
  ]);
  const run = ['run', '.', '-r', '--env', 'local', '--noproxy', '--reporter-json', report];
  const output = await promisify(execFile)(process.execPath, [runner, ...run, ...given], {
    cwd: COLLECTION,
    timeout: TIMEOUT_MS,
  }).catch((error: Error & { stdout?: string }) => ({ stdout: error.stdout ?? error.message }));

  const [{ results }] = JSON.parse(readFileSync(report, 'utf8')) as [{ results: Outcome[] }];
  const requests = requestFiles();
  t.ok(requests.length >= 30);
  const ran = new Set(results.map(({ path }) => path));
  t.strictSame(
    requests.filter((request) => !ran.has(request)),
    [],
    'every request ran',
  );
  for (const { path, error, assertionResults, testResults } of results) {
    t.notOk(error, `${path} was answered`);
    t.ok(assertionResults.length > 0, `${path} asserts something`);
    for (const each of assertionResults) {
      t.equal(each.status, 'pass', `${path}: ${each.lhsExpr} ${each.error ?? ''}`);
    }
    for (const each of testResults) {
      t.equal(each.status, 'pass', `${path}: ${each.description} ${each.error ?? ''}`);
    }
  }
  const tested = results.flatMap(({ testResults }) => testResults);
  t.ok(tested.length >= 5, 'the tests ran too');
  if (!t.passing()) t.comment(output.stdout);
});

/** Each request's path in the collection, as the runner names it. */
function requestFiles(): string[] {
  return readdirSync(COLLECTION, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^\d.*[/\\]\d\d .*\.bru$/.test(file))
    .map((file) => file.replaceAll('\\', '/').replace(/\.bru$/, ''));
}
