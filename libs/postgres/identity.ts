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
 * PostgreSQL refuses to run as root, and its initdb as a user without a name (a container's `--user 1234`). Tried in
 * order: the user who owns the data already, a user namespace, the owner of the parent directory (which may be closed
 * to others), nobody; each by name or, failing that, as the namespace's nobody. The first who can write the directory
 * and run the binary wins.
 */
export async function chooseIdentity(directory: string, binary: string): Promise<Identity> {
  const { uid, gid } = await stat(directory);
  const parent = await stat(dirname(directory));
  const root = process.getuid?.() === 0;
  for (const candidate of root ? identitiesOfRoot({ uid, gid }, parent) : withNamespace()) {
    const { owner } = candidate;
    if (owner && owner.uid !== uid) await chown(directory, owner.uid, owner.gid);
    if (canUse(candidate, directory, binary)) return candidate;
    if (owner && owner.uid !== uid) await chown(directory, uid, gid);
  }
  throw new Error(
    `PostgreSQL cannot use ${directory} as this user or another: run as another user, or set DATABASE_URL`,
  );
}

type Owner = NonNullable<Identity['owner']>;

function withNamespace(owner?: Owner): Identity[] {
  const as = owner === undefined ? {} : { owner: { uid: owner.uid, gid: owner.gid } };
  return [
    { prefix: [], ...as },
    { prefix: NAMESPACE, ...as },
  ];
}

function identitiesOfRoot(owner: Owner, parent: Owner): Identity[] {
  if (owner.uid !== 0) return withNamespace(owner);
  return [
    { prefix: NAMESPACE },
    ...(parent.uid === 0 ? [] : withNamespace(parent)),
    { prefix: [], owner: { uid: NOBODY, gid: NOBODY } },
  ];
}

function canUse(identity: Identity, directory: string, binary: string): boolean {
  const script = 'id -un > /dev/null && test -w "$1" && test -x "$2"';
  const [command, ...args] = [...identity.prefix, 'sh', '-c', script, 'sh', directory, binary];
  return spawnSync(command, args, { stdio: 'ignore', cwd: '/', ...identity.owner }).status === 0;
}
