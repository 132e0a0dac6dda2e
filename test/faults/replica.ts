import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServiceName } from '../../deploy/local/layout.ts';
import type { RunningStack } from '../end-to-end/running-stack.ts';
import { isReady } from './steady-clients.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 30_000;

export interface ReplicaOptions {
  name: ServiceName;
  /** instead of what the running one has */
  env?: Record<string, string>;
  /** how many files, sockets among them, it may have open at once */
  openFiles?: number;
}

export interface Replica {
  url: string;
  managementUrl: string;
  /** the exit code or signal, once it has ended */
  ended(): number | string | null;
  output(): string;
  kill(signal: 'SIGTERM'): void;
}

/** Where another process's environment can be read. */
export const CAN_START_REPLICAS = process.platform === 'linux';

interface Test {
  teardown(handler: () => unknown): void;
}

/** Another replica of a service of the stack, with the same secrets and database, on ports of its own; it ends with the test. */
export async function startReplica(
  t: Test,
  stack: RunningStack,
  options: ReplicaOptions,
): Promise<Replica> {
  const replica = await beginReplica(t, stack, options);
  const giveUp = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(replica.managementUrl))) {
    if (replica.ended() !== null || performance.now() > giveUp) {
      throw new Error(`The replica did not start:\n${replica.output()}`);
    }
    await wait(50);
  }
  return replica;
}

/** As startReplica, which may never be ready. */
export async function beginReplica(
  t: Test,
  stack: RunningStack,
  { name, env = {}, openFiles }: ReplicaOptions,
): Promise<Replica> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const guard = pathToFileURL(join(ROOT, 'deploy/local/exit-with-parent.ts')).href;
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles} && `;
  const command = [process.execPath, '--import', guard, `services/${name}/src/main.ts`];
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'replica', ...command], {
    cwd: ROOT,
    env: {
      ...environmentOf(stack.file().processes[name] as number),
      PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      AUDIT_CHECKPOINT_FILE: join(stack.dataDir, `replica-${port}.checkpoints.ndjson`),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = () => child.exitCode ?? child.signalCode;
  t.teardown(async () => {
    if (ended() !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  return {
    url: `http://127.0.0.1:${port}`,
    managementUrl: `http://127.0.0.1:${managementPort}`,
    ended,
    output: () => output,
    kill: (signal) => child.kill(signal),
  };
}

export function environmentOf(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
