import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `config` of an OCI image configuration. */
export interface ImageConfig {
  User: string;
  Env: string[];
  Cmd: string[];
  WorkingDir: string;
  StopSignal: string;
  Labels: Record<string, string>;
}

export interface OpenImage {
  config: ImageConfig;
  /** a folder with its files */
  root: string;
  close(): void;
}

/** Unpacks an image from its archive, with storage of its own below `folder`. */
export function openImage(archive: string, folder: string): OpenImage {
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  const buildah = (...args: string[]) =>
    execFileSync('buildah', [...storage, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const container = buildah('from', '--quiet', `oci-archive:${archive}`);
  const { OCIv1 } = JSON.parse(buildah('inspect', container)) as {
    OCIv1: { config: ImageConfig };
  };
  return {
    config: OCIv1.config,
    root: buildah('mount', container),
    close: () => buildah('rm', container),
  };
}

export interface ContainerOptions {
  image: OpenImage;
  env: Record<string, string>;
  /** folders of this machine by their places in the container; `:ro` after a place as engines have it */
  mounts: Record<string, string>;
}

export interface Container {
  child: ChildProcess;
  output: () => string;
  /** a line of the first process's /proc/…/status, such as `Uid` */
  status(name: string): string;
  /** ends it as an engine would; resolves to the exit code */
  stop(): Promise<number | null>;
}

// What an engine does, in small: processes and mounts of its own, a root that is read-only, /proc and a few devices.
const MOUNT = `
root=$1; mounts=$2; shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir "$root/run/secrets"
for each in $mounts; do mount --bind "\${each#*=}" "$root\${each%%=*}"; done
mount -o remount,bind,ro "$root"
exec "$@"
`;

/** Runs the image's own command as its own user, who can gain no rights; the network is this machine's. Takes root. */
export function startContainer({ image, env, mounts }: ContainerOptions): Container {
  const { config, root } = image;
  const [uid, gid] = config.User.split(':');
  const places = Object.entries(mounts).map(([place, folder]) => `${place}=${folder}`);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const inside = ['--root', root, '--wd', config.WorkingDir, `--setuid=${uid}`, `--setgid=${gid}`];
  const outside = '--no-new-privs --pdeathsig KILL unshare --mount --pid --ipc --fork --kill-child';
  const args = outside
    .split(' ')
    .concat(
      ['sh', '-euc', MOUNT, 'container', root, places.join(' ')],
      ['env', '-i', ...config.Env, ...variables],
      ['/usr/bin/unshare', ...inside, '--', ...config.Cmd],
    );
  const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const first = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return {
    child,
    output: () => output,
    status(name) {
      const status = readFileSync(`/proc/${first()}/status`, 'utf8');
      return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    },
    async stop() {
      const closed = once(child, 'close');
      process.kill(Number(first()), config.StopSignal);
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}
