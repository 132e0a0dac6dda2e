import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** The services of one cell in the order of their ports; the name is also the folder under services/. */
export const SERVICES = [
  'issuer',
  'verifier',
  'trust-registry',
  'status-list',
  'authorization',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** PostgreSQL schema of a service; its login is `<schema>_login`. */
export const SCHEMAS: Record<ServiceName, string> = {
  issuer: 'issuer',
  verifier: 'verifier',
  'trust-registry': 'trust_registry',
  'status-list': 'status_list',
  authorization: 'authz',
};

export interface SampleTrust {
  odsCode: string;
  name: string;
  /** credential types it is accredited to issue; `*` is every type of the catalogue */
  issues: string[];
  /** it signs with software of its own: one of its pinned keys is not held by this cell's issuer */
  signsElsewhere?: boolean;
}

export interface SamplePerson {
  /** `sub` of the person's tokens */
  subject: string;
  name: string;
  /** the organisation they act for */
  odsCode: string;
}

export interface SampleCell {
  publicOrigin: string;
  ics: { odsCode: string; name: string };
  trusts: SampleTrust[];
  /** of the ICS two who propose and approve; of trusts their signatories */
  people: SamplePerson[];
}

export type SampleCellName = 'northmoor' | 'southmere';

export function readSampleCell(name: SampleCellName): SampleCell {
  const file = join(ROOT, `deploy/samples/${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as SampleCell;
}

/** Where a local stack listens and keeps its data. */
export interface Layout {
  dataDir: string;
  port(service: ServiceName): number;
  managementPort(service: ServiceName): number;
  /** of the failure zoo */
  zooPort: number;
  /** `http://127.0.0.1:4001` */
  url(service: ServiceName): string;
  path(...parts: string[]): string;
}

export function createLayout(dataDir: string, portBase: number): Layout {
  const absolute = resolve(ROOT, dataDir);
  const port = (service: ServiceName) => portBase + 1 + SERVICES.indexOf(service);
  return {
    dataDir: absolute,
    port,
    managementPort: (service) => port(service) + 100,
    zooPort: portBase + 80,
    url: (service) => `http://127.0.0.1:${port(service)}`,
    path: (...parts) => join(absolute, ...parts),
  };
}

/** DATA_DIR and PORT_BASE as make passes them on; a command with a bad one ends here. */
export function layoutFromEnvironment(defaultDataDir = '.local'): Layout {
  const portBase = Number(process.env['PORT_BASE'] ?? '4000');
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 64_900) {
    console.error('PORT_BASE must be a whole number from 1024 to 64900');
    process.exit(2);
  }
  return createLayout(process.env['DATA_DIR'] ?? defaultDataDir, portBase);
}
