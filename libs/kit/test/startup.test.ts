import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import { migrateAll } from '../../../migrations/migrate-all.ts';
import { untilMigrated } from '../startup.ts';
import { createTestDatabase, startTestServer } from '../testing.ts';

const NEEDED = { schema: 'issuer', migration: '0002-credentials' };

type Line = Record<string, unknown>;

/** A logger that keeps its lines, and tells of each as it comes. */
function keepLines(onLine: (line: Line) => void = () => {}) {
  const lines: Line[] = [];
  const keep = (line: unknown) => {
    lines.push(line as Line);
    onLine(line as Line);
  };
  return { lines, logger: { info: keep, warn: keep, error: keep } };
}

function start(databaseUrl: string, logger: ReturnType<typeof keepLines>['logger'], wait = 60_000) {
  return untilMigrated({ databaseUrl, ...NEEDED, startupTimeoutMs: wait, logger });
}

t.test('a database that is there and migrated is not waited for', async (t) => {
  const { lines, logger } = keepLines();
  await start((await createTestDatabase(t)).url('issuer'), logger);
  t.same(lines, []);
});

t.test('a database that is not there yet is waited for, and each try says so', async (t) => {
  const server = await startTestServer();
  const { port } = server;
  await server.stop();
  const twice = Promise.withResolvers<void>();
  const { lines, logger } = keepLines(({ attempt }) => {
    if (attempt === 2) twice.resolve();
  });
  const starting = start(server.url('postgres', 'issuer_login'), logger);
  await twice.promise;
  t.match(lines[0], { event: 'startup.waiting', for: 'the database', attempt: 1 });
  t.match(String(lines[0]?.['reason']), /ECONNREFUSED/);
  const again = await startTestServer(port);
  t.teardown(() => again.stop());
  await migrateAll(again.url());
  await starting;
  t.match(lines.at(-1), { event: 'startup.found' });
});

t.test('a schema is waited for until it has the migration that the code needs', async (t) => {
  const server = await startTestServer();
  t.teardown(() => server.stop());
  await migrateAll(server.url(), { upTo: { issuer: '0001-base' } });
  const waits = Promise.withResolvers<void>();
  const { lines, logger } = keepLines(() => waits.resolve());
  const starting = start(server.url('postgres', 'issuer_login'), logger);
  await waits.promise;
  t.match(lines[0], { event: 'startup.waiting', for: 'the schema' });
  t.match(String(lines[0]?.['reason']), /not migrated to 0002-credentials/);
  await migrateAll(server.url());
  await starting;
});

t.test('a database that stays away ends the start, with what was waited for', async (t) => {
  const server = await startTestServer();
  await server.stop();
  const { lines, logger } = keepLines();
  await t.rejects(start(server.url(), logger, 300), {
    message: /^the database was not there within 300 ms: .*ECONNREFUSED/,
  });
  t.match(lines.at(-1), { event: 'startup.failed' });
});

t.test('a wrong password is not waited for', async (t) => {
  const server = await startWithPassword(t);
  const { lines, logger } = keepLines();
  await t.rejects(start(server.url('postgres', 'postgres', 'wrong'), logger), {
    message: /^The database refuses the login: .*password authentication failed/,
  });
  t.same(
    lines.map(({ event }) => event),
    ['startup.failed'],
    'without one try more',
  );
});

function startWithPassword(t: Test) {
  const dataDir = join(t.testdir({}), 'postgres');
  const server = startEmbeddedPostgres({ dataDir, password: 'right' });
  t.teardown(async () => (await server).stop());
  return server;
}
