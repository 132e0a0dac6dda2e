import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { startGuard } from './guard.ts';
import type { Identity } from './identity.ts';
import { initialise, serverEnvironment } from './initialise.ts';
import { clearStalePostmaster } from './stale-postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** made when missing; its parent must exist or be creatable */
  dataDir: string;
  /** default: a free one */
  port?: number | undefined;
  /** of the superuser `postgres`, with scram-sha-256; without it anybody on this machine is trusted (tests only) */
  password?: string | undefined;
  /** server settings, such as `{ fsync: 'off' }` in tests; durable without */
  settings?: Readonly<Record<string, string>>;
  /** the directory is removed at the end, also when this process is killed */
  temporary?: boolean;
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** default: the superuser's URL of database `postgres` */
  url(database?: string, user?: string, password?: string): string;
  port: number;
  pid: number;
  stop(): Promise<void>;
  /** settles when the server has ended, asked to or not */
  exited: Promise<{ code: number | null; signal: string | null }>;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
// An orphaned backend of a killed postmaster keeps the shared memory for a moment.
const PASSING_FAULT = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;
const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;

/**
 * Starts the PostgreSQL of the optional dependency on 127.0.0.1, without Unix sockets. It ends with this
 * process. Call it again with the same directory after a crash: what an earlier run left is cleared.
 * @throws Error with PostgreSQL's last words when it does not start
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = await absolutePath(options.dataDir);
  const { password } = options;
  const binaries = await findBinaries();
  const durable = options.settings?.['fsync'] !== 'off';
  const identity = await initialise({ dataDir, binaries, password, durable });
  await clearStalePostmaster(dataDir);
  const { child, port } = await startRetrying(binaries.postgres, dataDir, identity, options);
  return handleOf(child, port, dataDir, options);
}

async function absolutePath(path: string): Promise<string> {
  const absolute = resolve(path);
  await mkdir(dirname(absolute), { recursive: true });
  return join(await realpath(dirname(absolute)), basename(absolute));
}

async function startRetrying(
  binary: string,
  dataDir: string,
  identity: Identity,
  options: EmbeddedPostgresOptions,
): Promise<{ child: ChildProcess; port: number }> {
  const end = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    const args = ['-D', dataDir, ...settingArguments(port, options.settings)];
    const [command = '', ...rest] = [...identity.prefix, binary, ...args];
    const child = spawn(command, rest, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // out of the terminal's group: Ctrl-C reaches the services first, we stop the server last
      detached: true,
      cwd: '/',
      env: serverEnvironment(),
      ...identity.owner,
    });
    const fault = await untilReady(child, end, options.log);
    if (fault === undefined) return { child, port };
    const passing = PASSING_FAULT.test(fault) || PORT_TAKEN.test(fault);
    if (!passing || performance.now() > end) throw new Error(`PostgreSQL did not start: ${fault}`);
    await sleep(200);
  }
}

function settingArguments(port: number, settings: Readonly<Record<string, string>> = {}): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // statements, parameters and the DETAIL of an error hold personal data
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** @returns nothing when the server takes connections, else why it ended */
async function untilReady(
  child: ChildProcess,
  end: number,
  log?: (line: string) => void,
): Promise<string | undefined> {
  const lines: string[] = [];
  const { promise, resolve: settle } = Promise.withResolvers<string | undefined>();
  // the reader stays for the server's life: a full pipe would block it
  createInterface({ input: child.stderr as Socket }).on('line', (line) => {
    log?.(line);
    if (lines.push(line) > 20) lines.shift();
    if (line.includes('ready to accept connections')) settle(undefined);
  });
  child.once('error', (error) => settle(error.message));
  child.once('close', () => settle(lines.join('\n') || 'it ended without a word'));
  const timer = setTimeout(() => child.kill('SIGQUIT'), Math.max(end - performance.now(), 1));
  const fault = await promise;
  clearTimeout(timer);
  return fault;
}

function handleOf(
  child: ChildProcess,
  port: number,
  dataDir: string,
  options: EmbeddedPostgresOptions,
): EmbeddedPostgres {
  const pid = child.pid as number;
  const guard = startGuard(pid, options.temporary ? dataDir : undefined);
  const exited = once(child, 'exit').then(([code, signal]) => {
    guard.kill('SIGKILL');
    return { code: code as number | null, signal: signal as string | null };
  });
  const stderr = child.stderr as Socket;
  child.unref();
  stderr.unref();
  return {
    pid,
    port,
    exited,
    url(database = 'postgres', user = 'postgres', password) {
      const secret = password ?? (user === 'postgres' ? options.password : undefined);
      const login = secret === undefined ? user : `${user}:${encodeURIComponent(secret)}`;
      return `postgres://${login}@127.0.0.1:${port}/${database}`;
    },
    async stop() {
      // without ref Node leaves while we wait
      child.ref();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
      if (options.temporary) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
