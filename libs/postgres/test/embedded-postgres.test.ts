import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../embedded-postgres.ts';
import { isAlive } from '../stale-postmaster.ts';

// a space in the path, as in many home directories
async function makeTempDir(test: Test): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'staff passport ')));
  test.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function start(test: Test, options: EmbeddedPostgresOptions) {
  const server = await startEmbeddedPostgres({ settings: { fsync: 'off' }, ...options });
  test.teardown(() => server.stop());
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (!isAlive(pid)) return true;
    await sleep(50);
  }
  return false;
}

t.test(
  'a server takes connections, stops when asked and keeps its rows for the next start',
  async (t) => {
    const dataDir = join(await makeTempDir(t), 'data');
    const first = await start(t, { dataDir });
    await query(first.url(), 'create table kept (n integer)');
    await query(first.url(), 'insert into kept values (7)');
    await first.stop();
    t.strictSame(await first.exited, { code: 0, signal: null });
    t.notOk(isAlive(first.pid));

    const second = await start(t, { dataDir });
    t.strictSame(await query(second.url(), 'select n from kept'), [{ n: 7 }]);
  },
);

t.test(
  'a password is asked for when one is set, and no socket is opened but on loopback',
  async (t) => {
    const dataDir = join(await makeTempDir(t), 'data');
    const server = await start(t, { dataDir, password: 'correct horse/@:' });
    t.strictSame(await query(server.url(), 'select current_user::text as name'), [
      { name: 'postgres' },
    ]);
    await t.rejects(query(server.url('postgres', 'postgres', 'wrong'), 'select 1'), {
      code: '28P01',
    });
    t.strictSame(
      await query(
        server.url(),
        `select name, setting from pg_settings
       where name in ('listen_addresses', 'unix_socket_directories') order by name`,
      ),
      [
        { name: 'listen_addresses', setting: '127.0.0.1' },
        { name: 'unix_socket_directories', setting: '' },
      ],
    );
    t.notOk(existsSync(`${dataDir}.password`));
  },
);

t.test('settings are durable unless the caller says otherwise', async (t) => {
  const dataDir = join(await makeTempDir(t), 'data');
  const server = await start(t, { dataDir, settings: {} });
  const durable = `select string_agg(setting, ',' order by name) as settings from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit')`;
  t.strictSame(await query(server.url(), durable), [{ settings: 'on,on,on' }]);
});

t.test('a committed row is there after kill -9 of the server with busy backends', async (t) => {
  const dataDir = join(await makeTempDir(t), 'data');
  const killed = await start(t, { dataDir, settings: {} });
  await query(killed.url(), 'create table kept (n integer)');
  await query(killed.url(), 'insert into kept values (7)');
  const busy = query(killed.url(), 'select pg_sleep(30)').catch(() => 'lost');
  await sleep(100);
  process.kill(killed.pid, 'SIGKILL');
  await killed.stop();
  t.strictSame(await killed.exited, { code: null, signal: 'SIGKILL' });

  const next = await start(t, { dataDir, port: killed.port, settings: {} });
  t.equal(next.port, killed.port);
  t.strictSame(await query(next.url(), 'select n from kept'), [{ n: 7 }]);
  t.equal(await busy, 'lost');
});

t.test('a server that an earlier run left behind is stopped by the next start', async (t) => {
  const dataDir = join(await makeTempDir(t), 'data');
  const left = await start(t, { dataDir });
  const next = await start(t, { dataDir });
  t.not(next.pid, left.pid);
  await left.stop();
  t.strictSame(await left.exited, { code: 0, signal: null });
  t.strictSame(await query(next.url(), 'select 1 as n'), [{ n: 1 }]);
});

t.test(
  'a pid file whose number belongs to another program by now does not stop a start',
  async (t) => {
    const dataDir = join(await makeTempDir(t), 'data');
    const first = await start(t, { dataDir });
    const file = join(dataDir, 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, text.replace(`${first.pid}`, `${process.pid}`), { mode: 0o600 });
    const next = await start(t, { dataDir });
    t.strictSame(await query(next.url(), 'select 1 as n'), [{ n: 1 }]);
  },
);

t.test('a fault of the settings is reported in the words of the server', async (t) => {
  const dataDir = join(await makeTempDir(t), 'data');
  await t.rejects(start(t, { dataDir, settings: { max_connections: 'many' } }), {
    message: /did not start: .*max_connections/,
  });
});

t.test('the server and its temporary directory go when the launcher is killed', async (t) => {
  const dataDir = join(await makeTempDir(t), 'data');
  const program = fileURLToPath(new URL('launch.ts', import.meta.url));
  const launcher = spawn(process.execPath, [program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => launcher.kill('SIGKILL'));
  const [output] = (await once(launcher.stdout, 'data')) as [Buffer];
  const pid = Number(output.toString());
  t.ok(isAlive(pid));
  launcher.kill('SIGKILL');
  t.ok(await untilGone(pid));
  for (let n = 0; n < 100 && existsSync(dataDir); n += 1) await sleep(50);
  t.notOk(existsSync(dataDir));
});
