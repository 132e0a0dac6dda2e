import { spawnSync } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As whom PostgreSQL runs: a command to put in front, or another uid. */
export interface Identity {
  prefix: readonly string[];
  owner?: { uid: number; gid: number };
}

const NOBODY = 65534;
// Inside the namespace root's files belong to 65534, and so does the process: PostgreSQL sees its own files.
const NAMESPACE = ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

/**
 * PostgreSQL refuses to run as root. Tried in order: the user who owns the data already, a user
 * namespace, the owner of the parent directory (which may be closed to others), nobody. The first who
 * can write the directory and run the binary wins.
 */
export async function chooseIdentity(directory: string, binary: string): Promise<Identity> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const { uid, gid } = await stat(directory);
  if (uid !== 0) return { prefix: [], owner: { uid, gid } };
  if (canUse({ prefix: NAMESPACE }, directory, binary)) return { prefix: NAMESPACE };
  const parent = await stat(dirname(directory));
  for (const owner of [
    { uid: parent.uid, gid: parent.gid },
    { uid: NOBODY, gid: NOBODY },
  ]) {
    if (owner.uid === 0) continue;
    await chown(directory, owner.uid, owner.gid);
    if (canUse({ prefix: [], owner }, directory, binary)) return { prefix: [], owner };
    await chown(directory, uid, gid);
  }
  throw new Error(
    `PostgreSQL cannot run as root, and no other user can use ${directory}: run as another user, or set DATABASE_URL`,
  );
}

function canUse(identity: Identity, directory: string, binary: string): boolean {
  const test = ['sh', '-c', 'test -w "$1" && test -x "$2"', 'sh', directory, binary];
  const [command = '', ...args] = [...identity.prefix, ...test];
  return spawnSync(command, args, { stdio: 'ignore', cwd: '/', ...identity.owner }).status === 0;
}
