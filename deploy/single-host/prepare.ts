import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMINISTRATOR_SCOPES } from '#api/authorization';
import { cellDid } from '#did/identifiers';
import { multibaseOfJwk } from '#did/keys';
import type { Cell } from '#trust/cell';
import { toDateTimeStamp } from '#vc/clock';
import { SCHEMAS, SERVICES } from '../local/layout.ts';
import {
  keepKeyEncryptionKey,
  keepPassword,
  keepPrivateKey,
  publicPart,
  writeWhole,
} from '../local/secrets.ts';

// node deploy/single-host/prepare.ts <folder> <public origin> <ODS code of the ICS> <its name>
// Makes the keys and passwords of deploy/compose.yaml, each once: what is there is kept. All that lies in the folder but
// the administrator's key is made readable by the services.

/** The group of the services, in their images and in the compose file. */
const GROUP = 65_532;
const SEALING = ['authorization', 'issuer', 'status-list'] as const;
const CLIENTS = ['administrator', 'issuer', 'status-list'] as const;

export interface HostCell {
  folder: string;
  publicOrigin: string;
  odsCode: string;
  name: string;
}

/**
 * @returns paths of the files that are to be readable by the services
 * @throws Error when the folder cannot be written
 */
export function prepareSecrets({ folder, publicOrigin, odsCode, name }: HostCell): string[] {
  const at = (...parts: string[]) => join(folder, ...parts);
  mkdirSync(at('database'), { recursive: true, mode: 0o700 });
  keepPassword(at('postgres'));
  for (const service of SERVICES) {
    keepPassword(at('database', SCHEMAS[service]));
    keepPrivateKey(at(`${service}.audit.jwk`));
  }
  for (const service of SEALING) keepKeyEncryptionKey(at(`${service}.kek`));
  for (const client of CLIENTS) keepPrivateKey(at(`${client}.client.jwk`));
  keepPrivateKey(at('webhook.jwk'));
  const registryKey = publicPart(keepPrivateKey(at('registry.jwk')));

  const administrator = {
    clientId: administratorId(odsCode),
    name: 'Administrator of the cell',
    scopes: ADMINISTRATOR_SCOPES,
    publicKey: publicPart(keepPrivateKey(at('administrator.client.jwk'))),
  };
  writeWhole(at('bootstrap-client.json'), JSON.stringify(administrator));
  const since = toDateTimeStamp(Date.now());
  const publicKeyMultibase = multibaseOfJwk(registryKey);
  const cell: Cell = {
    did: cellDid(publicOrigin),
    odsCode,
    name,
    registryKeys: [{ publicKeyMultibase, validFrom: since, validUntil: null }],
    admittedAt: since,
    withdrawnAt: null,
  };
  if (!existsSync(at('cell.json'))) {
    writeFileSync(at('cell.json'), `${JSON.stringify([cell], null, 2)}\n`);
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('administrator'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Of the first administrator's client. */
export function administratorId(odsCode: string): string {
  return `${odsCode.toLowerCase()}-administrator`;
}

if (import.meta.main) {
  const [folder, publicOrigin, odsCode, name] = process.argv.slice(2);
  if (!folder || !publicOrigin || !odsCode || !name) {
    console.error('usage: prepare <folder> <public origin> <ODS code of the ICS> <its name>');
    process.exit(2);
  }
  const files = prepareSecrets({ folder, publicOrigin, odsCode, name });
  try {
    for (const file of files) {
      chownSync(file, 0, GROUP);
      chmodSync(file, 0o440);
    }
  } catch (error) {
    console.error(
      `${String(error)}: run it as root, or give the files to the group ${GROUP}, mode 0440`,
    );
    process.exit(1);
  }
  console.log(`${files.length} files in ${folder}, for the group ${GROUP}
To do: put tls.crt and tls.key there, and genesis.jwt, which the anchor signs with cell.json in it; then run this again
administrator.client.jwk is the administrator's: take it off this host`);
}
