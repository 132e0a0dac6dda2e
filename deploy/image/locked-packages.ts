import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An npm package that a service needs at run time, as the lock file has it. */
export interface LockedPackage {
  /** `node_modules/fastify` */
  path: string;
  name: string;
  version: string;
  /** subresource integrity of the archive */
  integrity: string;
  license: string | undefined;
}

interface LockEntry {
  name?: string;
  version: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
}

/**
 * The production packages: neither a development's nor optional ones, among which are the embedded PostgreSQL and
 * Node.js itself.
 * @throws Error when what is installed is not what the lock file says
 */
export function installedPackages(root: string): LockedPackage[] {
  const packages = productionPackages(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const { path, name, version } of packages) {
    const file = join(root, path, 'package.json');
    const installed = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
    if (installed.name === name && installed.version === version) continue;
    throw new Error(`${path} is ${installed.name} ${installed.version}, not ${name} ${version}`);
  }
  return packages;
}

export function productionPackages(lockFile: string): LockedPackage[] {
  const lock = JSON.parse(lockFile) as { packages: Record<string, LockEntry> };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, optional }]) => path && !dev && !devOptional && !optional)
    .map(([path, { name, version, integrity, license }]) => {
      if (integrity === undefined) throw new Error(`${path} has no integrity in the lock file`);
      const ownName =
        name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { path, name: ownName, version, integrity, license };
    });
}
