import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../../deploy/install-locked.ts';

const HERE = fileURLToPath(new URL('collection', import.meta.url));

/**
 * Installs the collection's runner as its lock file says, unless that was done before (decision 14).
 * @returns its program, for this Node
 * @throws Error with what npm printed, such as when the package registry cannot be reached
 */
export async function installRunner(): Promise<string> {
  return join(await installLocked(HERE), 'node_modules/@usebruno/cli/bin/bru.js');
}
