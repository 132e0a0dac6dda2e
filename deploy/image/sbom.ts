import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackage } from './locked-packages.ts';

interface Component {
  type: 'application' | 'library';
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  /** by which scanners find what is known of Node.js */
  cpe?: string;
  licenses?: { license: { name: string } }[];
  hashes?: { alg: string; content: string }[];
}

export interface BillOptions {
  service: string;
  version: string;
  packages: readonly LockedPackage[];
  /** of the base image, which this runs in */
  root?: string;
}

/** What is in an image, CycloneDX 1.6: Node.js, npm packages, and the packages of the base as dpkg has them. */
export function billOfMaterials({ service, version, packages, root = '/' }: BillOptions) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'container',
        'bom-ref': `staff-passport/${service}`,
        name: `staff-passport/${service}`,
        version,
      },
    },
    components: [nodeItself(), ...packages.map(npmComponent), ...debianComponents(root)].filter(
      ({ purl }, index, all) => all.findIndex((other) => other.purl === purl) === index,
    ),
  };
}

function nodeItself(): Component {
  const version = process.versions.node;
  const content = createHash('sha256').update(readFileSync(process.execPath)).digest('hex');
  return {
    type: 'application',
    'bom-ref': `node@${version}`,
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    hashes: [{ alg: 'SHA-256', content }],
  };
}

function npmComponent({ name, version, integrity, license }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const sha512 = integrity.split(' ').find((each) => each.startsWith('sha512-'));
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license !== undefined && { licenses: [{ license: { name: license } }] }),
    ...(sha512 !== undefined && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512.slice(7), 'base64').toString('hex') }],
    }),
  };
}

/** dpkg's own file, and the folder where images without dpkg keep the same entries. */
function debianComponents(root: string): Component[] {
  const folder = join(root, 'var/lib/dpkg/status.d');
  const entries = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const files = [join(root, 'var/lib/dpkg/status'), ...entries.map((each) => join(folder, each))];
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const { id, release } = distribution(root);
  const found = texts
    .flatMap((text) => text.split(/\n{2,}/))
    .map((paragraph) => ({
      name: field(paragraph, 'Package'),
      version: field(paragraph, 'Version'),
      architecture: field(paragraph, 'Architecture'),
    }));
  return found.flatMap(({ name, version, architecture }) => {
    if (name === undefined || version === undefined) return [];
    const where = `arch=${architecture}&distro=${id}-${release}`;
    const purl = `pkg:deb/${id}/${name}@${encodeURIComponent(version)}?${where}`;
    return [{ type: 'library', 'bom-ref': purl, name, version, purl }];
  });
}

function distribution(root: string) {
  const file = join(root, 'etc/os-release');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1];
  return { id: value('ID') ?? 'debian', release: value('VERSION_ID') ?? '' };
}

function field(paragraph: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1];
}
