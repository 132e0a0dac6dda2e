import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { commandLine, isAlive } from '#postgres/stale-postmaster';
import { type Layout, SERVICES } from './layout.ts';

/** Names the launcher that has the data directory. */
export const CLAIM_FILE = 'launcher.pid';

const LAUNCHER = /\b(deploy\/local|bench)\/[\w-]+\.ts\b/;

// What a launcher that was killed leaves behind ends by itself within this time.
const PORTS_FREE_WITHIN_MS = 4_000;

/**
 * Makes this process the only launcher on its data directory, with all its ports free.
 * @returns gives the directory up again
 * @throws Error that names the other launcher, or the ports in use, and the way out
 */
export async function claim(layout: Layout): Promise<() => void> {
  const pidFile = layout.path(CLAIM_FILE);
  const other = Number(readIfThere(pidFile));
  if (other > 1 && other !== process.pid && isAlive(other)) {
    if (LAUNCHER.test(await commandLine(other))) {
      throw new Error(
        `${layout.dataDir} is in use by the launcher with process id ${other}: stop that one, or start beside it with another DATA_DIR and PORT_BASE`,
      );
    }
  }
  await demandFreePorts(layout);
  mkdirSync(layout.dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(pidFile, String(process.pid), { mode: 0o600 });
  return () => rmSync(pidFile, { force: true });
}

async function demandFreePorts(layout: Layout): Promise<void> {
  const giveUp = performance.now() + PORTS_FREE_WITHIN_MS;
  for (;;) {
    const taken = await takenPorts(layout);
    if (taken.length === 0) return;
    if (performance.now() > giveUp) {
      throw new Error(
        `In use already: ${listed(taken)}. Stop what listens there, or move this stack with PORT_BASE (PORT_BASE=4200 takes 4201 to 4205 and 4301 to 4305)`,
      );
    }
    await wait(100);
  }
}

function listed(labels: string[]): string {
  const [first = '', second, ...more] = labels;
  if (second === undefined) return first;
  return `${first}, ${second}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

async function takenPorts(layout: Layout): Promise<string[]> {
  const wanted = SERVICES.flatMap((name) => [
    { port: layout.port(name), label: `port ${layout.port(name)} (${name})` },
    {
      port: layout.managementPort(name),
      label: `port ${layout.managementPort(name)} (${name}'s management port)`,
    },
  ]);
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  return wanted.filter((_, index) => free[index] !== true).map(({ label }) => label);
}

async function isFree(port: number): Promise<boolean> {
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

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
