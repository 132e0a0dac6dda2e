import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT, type ServiceName } from './layout.ts';

export interface Supervised {
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface SupervisedService extends Supervised {
  /** what it printed last, once it has ended by itself with a fault; a kill from outside is none */
  lastWords(): string | undefined;
}

export interface ServiceProcess {
  name: ServiceName;
  env: Record<string, string>;
  logFile: string;
  /** told at each start, with the new process's id */
  onStart(pid: number): void;
  onDeath(reason: string): void;
}

const RESTART_DELAY_MS = 150;
const LONGEST_DELAY_MS = 3_000;
const STOP_GRACE_MS = 10_000;
const WORDS_KEPT = 2_000;

/** Runs one service and starts it again whenever it dies, with a delay that grows while it ends by itself young. */
export function superviseService(service: ServiceProcess): SupervisedService {
  let child: ChildProcess | undefined;
  const state = { stopping: false };
  let delay = RESTART_DELAY_MS;
  let lastWords: string | undefined;
  const log = createWriteStream(service.logFile, { flags: 'a', mode: 0o600 });

  const run = async () => {
    while (!state.stopping) {
      const started = Date.now();
      child = start(service);
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      let words = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        words = (words + text).slice(-WORDS_KEPT);
      });
      if (child.pid !== undefined) service.onStart(child.pid);
      const reason = await ended(child);
      if (state.stopping) return;
      if (child.signalCode === null) lastWords = withoutStack(words) || reason;
      service.onDeath(reason);
      // Who was killed from outside may well live: only who ends by itself while young is made to wait longer.
      const sound = reason === 'SIGKILL' || Date.now() - started > 10_000;
      delay = sound ? RESTART_DELAY_MS : Math.min(delay * 2, LONGEST_DELAY_MS);
      await wait(delay);
    }
  };
  const done = run();

  return {
    pid: () => child?.pid,
    lastWords: () => lastWords,
    async stop() {
      state.stopping = true;
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_GRACE_MS);
      await done;
      clearTimeout(timer);
      log.end();
    },
  };
}

// Left to itself V8 grows the young generation to 128 MB under load, for garbage that dies at once. In 8 MB parts it
// takes the same processor time and half the memory.
const NODE_FLAGS = ['--max-semi-space-size=8'];

function start({ name, env }: ServiceProcess): ChildProcess {
  const preload = pathToFileURL(`${ROOT}/deploy/local/exit-with-parent.ts`).href;
  const args = [...NODE_FLAGS, '--import', preload, `services/${name}/src/main.ts`];
  return spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...env,
      // the launcher's, for whoever tries them out
      RATE_LIMIT_PER_MINUTE: process.env['RATE_LIMIT_PER_MINUTE'] ?? '',
      DRAIN_DELAY_MS: process.env['DRAIN_DELAY_MS'] ?? '',
      OTEL_EXPORTER_OTLP_ENDPOINT: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '',
      // and what it was started with, such as --inspect or a module to load first
      NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '',
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: `${ROOT}/node_modules/.cache/node`,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C reaches the launcher, which then closes the services in order.
    detached: true,
  });
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // not `exit`: what it printed is read to the end first
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/** Of an uncaught error's report: the message, which may have several lines. */
function withoutStack(words: string): string {
  const [, message = words] = /^\w*Error: ([^]*)/m.exec(words) ?? [];
  const [before = ''] = message.split(/\n\s+at |\n+Node\.js v/, 1);
  return before.trim();
}
