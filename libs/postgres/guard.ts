import { type ChildProcess, spawn } from 'node:child_process';

// Runs in a process of its own, without imports from here: it must outlive us.
const SCRIPT = `
const [pid, directory] = process.argv.slice(1);
const send = (signal) => { try { process.kill(Number(pid), signal); return true; } catch { return false; } };
process.stdin.resume().on('end', () => {
  send('SIGINT');
  let tries = 0;
  const timer = setInterval(() => {
    if (++tries === 200) send('SIGQUIT');
    if (send(0)) return;
    clearInterval(timer);
    if (directory) require('node:fs').rmSync(directory, { recursive: true, force: true });
  }, 50);
});
`;

/**
 * Starts the process that stops PostgreSQL when this one is gone, however it went: the pipe to its
 * standard input ends with us. `temporaryDirectory` is then removed.
 */
export function startGuard(pid: number, temporaryDirectory?: string): ChildProcess {
  const args = ['-e', SCRIPT, '--', `${pid}`, ...(temporaryDirectory ? [temporaryDirectory] : [])];
  const guard = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: {},
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return guard;
}
