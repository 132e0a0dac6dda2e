import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunningStack } from '../end-to-end/running-stack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

export interface AuditReport {
  /** NDJSON, a row a line */
  rows: string;
  /** of audit-verify */
  exitCode: number;
  words: string;
}

/** Exports a schema's audit rows and verifies them, with the commands that an auditor uses. */
export async function auditOf(
  stack: RunningStack,
  service: string,
  schema: string,
  since: Date,
): Promise<AuditReport> {
  const written = join(stack.dataDir, 'audit', `${service}.checkpoints.ndjson`);
  await waitForCheckpoint(written, since);
  // The checkpoints first: rows younger than the newest checkpoint are no fault, missing ones are.
  const checkpoints = join(stack.dataDir, `${service}.checkpoints.copy`);
  copyFileSync(written, checkpoints);
  const rows = await runNode(['deploy/audit-export.ts', schema], adminUrl(stack));
  const exported = join(stack.dataDir, `${service}.audit.ndjson`);
  writeFileSync(exported, rows.output);
  const key = join(stack.dataDir, 'secrets', `${service}.audit.jwk`);
  const verified = await runNode(['deploy/audit-verify.ts', exported, checkpoints, key]);
  return { rows: rows.output, exitCode: verified.exitCode, words: verified.output };
}

/** A service writes one every ten seconds when its chain has moved. */
async function waitForCheckpoint(file: string, since: Date): Promise<void> {
  const giveUp = performance.now() + 40_000;
  while (performance.now() < giveUp) {
    const newest = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) : '';
    const at = /"at":"([^"]+)"/.exec(newest ?? '')?.[1];
    if (at !== undefined && new Date(at) > since) return;
    await wait(250);
  }
  throw new Error(`No checkpoint in ${file} since ${since.toISOString()}`);
}

/** The administrator of the embedded PostgreSQL; postmaster.pid tells the port in its fourth line. */
function adminUrl({ dataDir }: RunningStack): string {
  const password = readFileSync(join(dataDir, 'secrets/postgres'), 'utf8');
  const port = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

async function runNode(args: string[], databaseUrl?: string) {
  const env = { PATH: process.env['PATH'], ...(databaseUrl && { DATABASE_URL: databaseUrl }) };
  try {
    const { stdout } = await run(process.execPath, args, {
      cwd: ROOT,
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exitCode: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, output: `${stdout}${stderr}` };
  }
}
