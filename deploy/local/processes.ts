import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { StackFile } from './hr-client.ts';
import type { Layout, ServiceName } from './layout.ts';
import { type LocalPostgres, openPostgres } from './postgres.ts';
import { writeWhole } from './secrets.ts';
import { type Supervised, type SupervisedService, superviseService } from './supervise.ts';

const READY_WITHIN_MS = 60_000;

export interface Processes {
  openPostgres(fresh: boolean): Promise<LocalPostgres>;
  begin(name: ServiceName, env: Record<string, string>): void;
  /** @throws Error in plain words when the service cannot start, with what it said */
  untilReady(...names: ServiceName[]): Promise<void>;
  /** Writes `stack.json`, and again with the new process ids whenever a process was started again. */
  publish(file: Omit<StackFile, 'processes'>): StackFile;
  /** the last started first */
  stop(): Promise<void>;
}

/** What runs in one local stack: each process is started again when it dies, until all are stopped. */
export function createProcesses(layout: Layout, log: (line: string) => void): Processes {
  const running: Supervised[] = [];
  const services = new Map<ServiceName, SupervisedService>();
  const pids: Record<string, number> = {};
  const stackFile = layout.path('stack.json');
  rmSync(stackFile, { force: true });
  let published: StackFile | undefined;

  const watch = (name: string) => ({
    onStart(pid: number) {
      pids[name] = pid;
      if (published) writeStackFile(stackFile, published);
    },
    onDeath: (reason: string) => log(`${name} ended (${reason}); starting it again`),
  });

  return {
    async openPostgres(fresh) {
      const postgres = await openPostgres(layout, { fresh, ...watch('postgres') });
      running.push(postgres);
      return postgres;
    },
    begin(name, env) {
      const logFile = layout.path('logs', `${name}.log`);
      const service = superviseService({ name, env, logFile, ...watch(name) });
      services.set(name, service);
      running.push(service);
    },
    async untilReady(...names) {
      for (const name of names) await untilReady(layout, name, services.get(name));
    },
    publish(file) {
      published = { ...file, processes: pids };
      writeStackFile(stackFile, published);
      return published;
    },
    async stop() {
      for (const each of running.toReversed()) await each.stop();
      rmSync(stackFile, { force: true });
    },
  };
}

function writeStackFile(path: string, file: StackFile): void {
  writeWhole(path, JSON.stringify(file, null, 2));
}

async function untilReady(
  layout: Layout,
  name: ServiceName,
  service: SupervisedService | undefined,
): Promise<void> {
  const url = `http://127.0.0.1:${layout.managementPort(name)}/readyz`;
  const giveUp = Date.now() + READY_WITHIN_MS;
  const log = `Its log is ${layout.path('logs', `${name}.log`)}`;
  let last = 'it did not answer';
  while (Date.now() < giveUp) {
    const words = service?.lastWords();
    if (words !== undefined) throw new Error(`${name} does not start: ${words}\n${log}`);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
      last = await answer.text();
    } catch {
      // not listening yet
    }
    await wait(50);
  }
  throw new Error(`${name} is not ready: ${last}. ${log}`);
}
