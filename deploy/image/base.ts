import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Node.js is linked with, and the file that tells scanners which Debian this is. */
const PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6'];
export const BASE_TOOLS = ['apt-get', 'dpkg-deb'];

/**
 * A root file system of a handful of Debian packages, from the packages' archives as apt fetched and checked them
 * against this machine's sources: no shell, no package manager, no certificates (Node.js has its own).
 * @throws Error in plain words when they cannot be fetched
 */
export function makeBase(folder: string): void {
  const archives = join(folder, 'archives');
  const root = join(folder, 'root');
  mkdirSync(archives, { recursive: true });
  download(archives, PACKAGES);
  download(archives, [nameOfGccBase(archives)]);
  for (const path of ['var/lib/dpkg', 'etc', 'tmp'])
    mkdirSync(join(root, path), { recursive: true });
  for (const name of readdirSync(archives).toSorted()) {
    const archive = join(archives, name);
    execFileSync('dpkg-deb', ['--extract', archive, root]);
    const described = execFileSync('dpkg-deb', ['--field', archive], { encoding: 'utf8' });
    const installed = described.replace(/\n/, '\nStatus: install ok installed\n');
    appendFileSync(join(root, 'var/lib/dpkg/status'), `${installed}\n`);
  }
  // home folders and the like, of people whom an image has not
  for (const path of ['root', 'home', 'mnt', 'srv', 'opt', 'media', 'boot']) {
    rmSync(join(root, path), { recursive: true, force: true });
  }
  const nobody = 'staff-passport:x:65532:65532:Staff Passport:/nonexistent:/nonexistent\n';
  writeFileSync(join(root, 'etc/passwd'), `root:x:0:0:root:/:/nonexistent\n${nobody}`);
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nstaff-passport:x:65532:\n');
}

/** `gcc-12-base` in one Debian, `gcc-14-base` in the next: an empty package, which libgcc-s1 asks for. */
function nameOfGccBase(archives: string): string {
  const libgcc = readdirSync(archives).find((name) => name.startsWith('libgcc-s1_')) ?? '';
  const args = ['--field', join(archives, libgcc), 'Depends'];
  const depends = execFileSync('dpkg-deb', args, { encoding: 'utf8' });
  const [name] = /gcc-\d+-base/.exec(depends) ?? [];
  if (name === undefined) throw new Error(`libgcc-s1 depends on ${depends}`);
  return name;
}

function download(archives: string, packages: readonly string[]): void {
  // the unprivileged user with whom apt downloads may not write here
  const args = ['download', '-q', '-o', 'APT::Sandbox::User=root', ...packages];
  try {
    execFileSync('apt-get', args, { cwd: archives, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    throw new Error(
      `The base cannot be made of this machine's Debian packages (apt-get update first?):\n${stderr?.toString()}`,
      { cause: error },
    );
  }
}
