import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
const TIMEOUT_MS = 600_000;

/**
 * Installs what a folder's own lock file says into node_modules/.cache, unless that was done before (decision 14).
 * @param from the folder of package.json and package-lock.json
 * @returns the folder that has node_modules
 * @throws Error with what npm printed, such as when the package registry cannot be reached
 */
export async function installLocked(from: string): Promise<string> {
  const lock = createHash('sha256').update(readFileSync(join(from, 'package-lock.json')));
  const folder = join(CACHE, `${basename(from)}-${lock.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  // under another name until it is whole
  const building = `${folder}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  try {
    cpSync(from, building, { recursive: true });
    const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', ['ci', ...options], { cwd: building, timeout: TIMEOUT_MS });
    rename(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}

/** Another process may have been faster: then its folder stays. */
function rename(building: string, folder: string): void {
  try {
    renameSync(building, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
