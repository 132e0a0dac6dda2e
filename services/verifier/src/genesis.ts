import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cellDid } from '#did/identifiers';
import type { Genesis } from '#trust/cell';
import { verifyGenesis } from '#trust/genesis';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { VerifierConfig } from './config.ts';
import type { SeenVersions } from './domain/ports.ts';

export interface LoadedGenesis {
  genesis: Genesis;
  /** SHA-256 of its text */
  digest: Uint8Array;
}

/**
 * The cells that the anchor admitted.
 * @throws VcError REGISTRY_STATEMENT_INVALID for a genesis file that the anchor did not sign, or without this cell
 */
export async function readGenesis(config: VerifierConfig): Promise<LoadedGenesis> {
  const text = (await readFile(config.genesisFile, 'utf8')).trim();
  const genesis = await verifyGenesis(text, config.anchorThumbprint);
  const own = cellDid(config.publicOrigin);
  if (!genesis.cells.some(({ did }) => did === own)) {
    throw new VcError('REGISTRY_STATEMENT_INVALID', `The genesis file does not admit ${own}`);
  }
  return { genesis, digest: createHash('sha256').update(text).digest() };
}

/**
 * That no newer edition of the same anchor was loaded before: an old one would admit again who has been withdrawn, and
 * keys that were stolen.
 * @throws VcError REGISTRY_ROLLBACK, or REGISTRY_STATEMENT_INVALID for another edition of the same version
 */
export async function refuseOlderGenesis(
  { genesis, digest }: LoadedGenesis,
  { seenVersions, clock }: { seenVersions: SeenVersions; clock: Clock },
): Promise<void> {
  const { anchor, version } = genesis;
  const seen = await seenVersions.advance({ listUrl: anchor, version, digest, at: clock() });
  if (seen === 'older') {
    throw new VcError('REGISTRY_ROLLBACK', 'A newer edition of the genesis file was loaded before');
  }
  if (seen === 'different') {
    throw new VcError(
      'REGISTRY_STATEMENT_INVALID',
      `The genesis file differs from the version ${version} that was loaded before`,
    );
  }
}
