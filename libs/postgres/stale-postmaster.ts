import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Deals with the postmaster.pid of an earlier run. A postmaster that still serves this directory (its
 * launcher and guard were killed) is stopped. A pid that belongs to something else by now makes
 * PostgreSQL refuse to start, so the file goes; orphaned backends are still found by PostgreSQL
 * itself, through the shared memory block that is keyed to the directory.
 */
export async function clearStalePostmaster(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  if (!(await commandLine(pid)).includes(dataDir)) {
    await rm(file, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isAlive(pid)) process.kill(pid, signal);
    if (await isGone(pid, 10_000)) return;
  }
  throw new Error(`The PostgreSQL process ${pid} on ${dataDir} does not stop`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isGone(pid: number, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (!isAlive(pid)) return true;
    await sleep(25);
  }
  return false;
}

export async function commandLine(pid: number): Promise<string> {
  const proc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (proc !== undefined) return proc.replaceAll('\0', ' ');
  // macOS has no /proc
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', `${pid}`]).catch(
    () => ({ stdout: '' }),
  );
  return listed.stdout;
}
