import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('collection/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const MANIFESTS = ['package.json', 'package-lock.json'];
const TIMEOUT_MS = 300_000;

/**
 * Installs the collection's runner as its lock file says, unless that was done before (decision 14).
 * @returns its program, for this Node
 * @throws Error with what npm printed, such as when the package registry cannot be reached
 */
export async function installRunner(): Promise<string> {
  const lock = createHash('sha256').update(readFileSync(join(HERE, 'package-lock.json')));
  const folder = join(CACHE, `collection-${lock.digest('hex').slice(0, 16)}`);
  const program = join(folder, 'node_modules/@usebruno/cli/bin/bru.js');
  if (existsSync(program)) return program;
  // under another name until it is whole
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    for (const file of MANIFESTS) copyFileSync(join(HERE, file), join(building, file));
    const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', ['ci', ...options], { cwd: building, timeout: TIMEOUT_MS });
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return program;
}
