import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cellDid } from '#did/identifiers';
import { multibaseOfJwk } from '#did/keys';
import { toDateTimeStamp } from '#vc/clock';
import type { Cell } from '#trust/cell';
import { signGenesis, verifyGenesis } from '#trust/genesis';
import type { Layout, SampleCell } from './layout.ts';
import { keepPrivateKey, type PrivateJwk, publicPart, writeWhole } from './secrets.ts';

const KEY_FILE = 'secrets/anchor.jwk';
const GENESIS_FILE = 'genesis.jwt';
const ADMITTED = '2026-01-01T00:00:00Z';

export interface Anchor {
  /** RFC 7638 */
  thumbprint: string;
  genesisFile: string;
  /** of the key with which a cell's registry signs: made here, because the anchor names it */
  registryKeyFile: (icsOdsCode: string) => string;
}

/**
 * The anchor of a local stack: a key that admits the cells by signing the genesis file. In earnest it lies in a safe
 * and no server has it; here it stands beside what it signed. Signed once, then kept.
 * @param layout where the anchor and the cells' registry keys are kept
 */
export async function keepAnchor(layout: Layout, samples: readonly SampleCell[]): Promise<Anchor> {
  const key = keepPrivateKey(layout.path(KEY_FILE));
  const genesisFile = layout.path(GENESIS_FILE);
  const registryKeyFile = (odsCode: string) => layout.path('secrets', `${odsCode}.registry.jwk`);
  const cells = samples.map((sample) =>
    admit(sample, keepPrivateKey(registryKeyFile(sample.ics.odsCode))),
  );
  if (!(await isSigned(genesisFile, key.kid, cells))) {
    const now = Date.now();
    const document = await signGenesis(
      { version: Math.floor(now / 1000), issuedAt: toDateTimeStamp(now), cells },
      createPrivateKey({ key, format: 'jwk' }),
    );
    writeWhole(genesisFile, document);
  }
  return { thumbprint: key.kid, genesisFile, registryKeyFile };
}

function admit({ ics, publicOrigin }: SampleCell, registryKey: PrivateJwk): Cell {
  const publicKeyMultibase = multibaseOfJwk(publicPart(registryKey));
  return {
    did: cellDid(publicOrigin),
    odsCode: ics.odsCode,
    name: ics.name,
    registryKeys: [{ publicKeyMultibase, validFrom: ADMITTED, validUntil: null }],
    admittedAt: ADMITTED,
    withdrawnAt: null,
  };
}

async function isSigned(
  file: string,
  thumbprint: string,
  cells: readonly Cell[],
): Promise<boolean> {
  if (!existsSync(file)) return false;
  const known = await verifyGenesis(readFileSync(file, 'utf8'), thumbprint);
  return JSON.stringify(known.cells) === JSON.stringify(cells);
}
