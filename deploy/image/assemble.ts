import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { installedPackages, type LockedPackage } from './locked-packages.ts';
import { billOfMaterials } from './sbom.ts';

// Run by deploy/Containerfile, in the base image and with the Node.js that goes into the image:
//   SERVICE=issuer VERSION=0.1.0 node deploy/image/assemble.ts <folder>
// It fills <folder>/shared (Node.js and packages, alike for all), <folder>/app and <folder>/state (empty, writable).

export const IMAGES = [
  'issuer',
  'verifier',
  'trust-registry',
  'status-list',
  'authorization',
  'migrations',
] as const;

/** The embedded PostgreSQL and what only tests use. */
const NOT_IN_AN_IMAGE =
  /^(libs\/kit\/testing\.ts|libs\/postgres\/(?!errors\.ts)[^/]+\.ts|migrations\/template\.ts)$/;
/** Types and source maps of packages: nothing loads them. */
const ONLY_FOR_COMPILERS = /\.(d\.[cm]?ts|map)$/;

if (import.meta.main) {
  const { SERVICE: service = '', VERSION: version = '' } = process.env;
  const target = process.argv[2];
  if (!IMAGES.some((name) => name === service) || !version || !target) {
    console.error(`assemble needs VERSION, a folder, and SERVICE, one of ${IMAGES.join(', ')}`);
    process.exit(2);
  }
  assemble({ service, version, target });
}

interface Assembly {
  service: string;
  version: string;
  target: string;
}

function assemble({ service, version, target }: Assembly): void {
  const packages = installedPackages('.');
  for (const each of packages) copyPackage(each, join(target, 'shared/app', each.path));
  mkdirSync(join(target, 'shared/usr/local/bin'), { recursive: true });
  cpSync(process.execPath, join(target, 'shared/usr/local/bin/node'));
  const license = join(dirname(process.execPath), '../LICENSE');
  if (existsSync(license)) cpSync(license, join(target, 'shared/usr/local/share/doc/node/LICENSE'));

  const app = join(target, 'app');
  const main =
    service === 'migrations' ? 'migrations/migrate.ts' : `services/${service}/src/main.ts`;
  const folders =
    service === 'migrations' ? ['migrations'] : ['contexts', `services/${service}/src`];
  for (const path of ['package.json', 'LICENSE', 'libs', ...folders]) copySource(path, app);
  symlinkSync(main, join(app, 'main.ts'));
  const bill = billOfMaterials({ service, version, packages });
  writeFileSync(join(app, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  setModes(app);

  for (const folder of ['audit', 'lists']) {
    mkdirSync(join(target, 'state', folder), { recursive: true });
  }
}

function copyPackage({ path }: LockedPackage, to: string): void {
  cpSync(path, to, {
    recursive: true,
    // packages within packages have their own entries in the lock file
    filter: (source) =>
      !(source !== path && basename(source) === 'node_modules') && !ONLY_FOR_COMPILERS.test(source),
  });
}

function copySource(path: string, app: string): void {
  cpSync(path, join(app, path), {
    recursive: true,
    filter: (source) => basename(source) !== 'test' && !NOT_IN_AN_IMAGE.test(source),
  });
  if (!existsSync(join(app, path))) throw new Error(`There is no ${path} to copy`);
}

/** Whatever the umask of the checkout was. */
function setModes(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setModes(path);
    else if (entry.isFile()) chmodSync(path, 0o644);
  }
}
