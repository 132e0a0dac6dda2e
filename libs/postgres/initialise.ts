import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { chooseIdentity, type Identity } from './identity.ts';

export interface InitialiseOptions {
  dataDir: string;
  binaries: PostgresBinaries;
  password: string | undefined;
  durable: boolean;
}

/** Makes the cluster when there is none, and says as whom PostgreSQL runs on it. */
export async function initialise(options: InitialiseOptions): Promise<Identity> {
  const { dataDir, binaries } = options;
  if (await isCluster(dataDir)) return chooseIdentity(dataDir, binaries.postgres);
  // initdb works beside the directory: a run that was killed half-way leaves nothing that looks finished
  const unfinished = `${dataDir}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const identity = await chooseIdentity(unfinished, binaries.postgres);
  await runInitdb(options, unfinished, identity);
  await rename(unfinished, dataDir);
  return identity;
}

async function isCluster(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function runInitdb(options: InitialiseOptions, directory: string, identity: Identity) {
  const passwordFile = `${options.dataDir}.password`;
  const args = ['-D', directory, '--username=postgres', '--encoding=UTF8', '--locale=C'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (!options.durable) args.push('--no-sync');
  if (options.password === undefined) args.push('--auth=trust');
  else args.push('--auth=scram-sha-256', `--pwfile=${passwordFile}`);
  try {
    if (options.password !== undefined) {
      await writeFile(passwordFile, options.password, { mode: 0o600 });
      if (identity.owner) await chown(passwordFile, identity.owner.uid, identity.owner.gid);
    }
    await run([...identity.prefix, options.binaries.initdb, ...args], identity);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function run([command = '', ...args]: string[], identity: Identity): Promise<void> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: serverEnvironment(),
    ...identity.owner,
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed: ${output.trim()}`);
}

/** Nothing of ours reaches PostgreSQL's environment: no PG* variable, no secret. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
