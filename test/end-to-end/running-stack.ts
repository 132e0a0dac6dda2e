import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { StackFile } from '../../deploy/local/hr-client.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;

interface Test {
  teardown(handler: () => unknown): void;
}

/** A local stack in processes of its own, as `make start` starts it. */
export interface RunningStack {
  dataDir: string;
  /** of the launcher */
  pid: number;
  /** `stack.json`, read now: its `processes` change when one is started again */
  file(): StackFile;
  /** what the launcher has printed */
  output: () => string;
  /** SIGTERM, as from a service manager; resolves to the exit code */
  stop(): Promise<number | null>;
}

export interface Program {
  child: ChildProcess;
  output: () => string;
  /** of DATA_DIR, which is removed at the end */
  dataDir: string;
  portBase: number;
}

/**
 * Runs a program of deploy/local; it ends with this process.
 * @param place where, instead of a data directory and ports of its own, and with which variables
 */
export async function runProgram(
  t: Test,
  file: string,
  place: { dataDir?: string; portBase?: number; env?: Record<string, string> } = {},
): Promise<Program> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'staff-passport-')));
  // people keep checkouts in folders such as this one
  const dataDir = place.dataDir ?? join(folder, 'a cell');
  const portBase = place.portBase ?? (await claimPortBase());
  const guard = pathToFileURL(join(ROOT, 'deploy/local/exit-with-parent.ts')).href;
  const child = spawn(process.execPath, ['--import', guard, `deploy/local/${file}`], {
    cwd: ROOT,
    // nothing else of our environment: a DATABASE_URL there is not this stack's
    env: {
      ...place.env,
      PATH: process.env['PATH'],
      DATA_DIR: dataDir,
      PORT_BASE: String(portBase),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.once('close', (code, signal) => {
    output += `the launcher ended: ${signal ?? `exit code ${code}`}\n`;
  });
  t.teardown(async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });
  return { child, output: () => output, dataDir, portBase };
}

/** Starts a stack and waits until it says `ready`. It is stopped at teardown if the test has not done so. */
export async function startRunningStack(
  t: Test,
  env: Record<string, string> = {},
): Promise<RunningStack> {
  const { child, output, dataDir } = await runProgram(t, 'start.ts', { env });
  const giveUp = performance.now() + START_TIMEOUT_MS;
  while (!/^ready$/m.test(output())) {
    if (hasEnded(child) || performance.now() > giveUp) {
      throw new Error(`The stack did not start:\n${output()}`);
    }
    await wait(50);
  }
  return {
    dataDir,
    output,
    pid: child.pid as number,
    file: () => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as StackFile,
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const exited = once(child, 'close');
  child.kill('SIGTERM');
  // its services and its PostgreSQL end by themselves when the launcher is gone
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
  return child.exitCode;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

// Below the range from which the system gives out ports of its own.
const LOWEST = 10_000;
const BLOCKS = 20;
const BLOCK = 1_000;
// The services take 1 to 5, https in front of them 41 to 45, the failure zoo 80, their management ports 101 to 105, the
// demonstrations the same 500, 520 and 540 higher.
const OFFSETS = [
  80,
  ...[0, 40, 100, 500, 520, 540, 600, 620, 640].flatMap((block) =>
    [1, 2, 3, 4, 5].map((n) => block + n),
  ),
];

/** A block is this process's as long as it lives, by its first port: two stacks that start at once do not share one. */
async function claimPortBase(): Promise<number> {
  for (;;) {
    const base = LOWEST + BLOCK * Math.floor(Math.random() * BLOCKS);
    const claim = createServer().listen(base, '127.0.0.1').unref();
    const isOurs = await once(claim, 'listening').then(
      () => true,
      () => false,
    );
    if (!isOurs) continue;
    const free = await Promise.all(OFFSETS.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
    claim.close();
  }
}

/** True when nobody listens there. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
