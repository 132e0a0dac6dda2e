import type { Genesis } from '#trust/cell';
import { verifyGenesis } from '#trust/genesis';
import { VcError } from '#vc/error';
import { findAdmittedCell, hasRegistryKey } from './cells.ts';

/** The anchor's file as it was signed, and what it says. */
export interface LoadedGenesis {
  document: string;
  genesis: Genesis;
}

export interface GenesisStore {
  /**
   * Keeps the edition unless one is kept that it may not replace: one of the same anchor with a higher version, or
   * with the same version and other text.
   * @returns the edition that stands now
   */
  replaceOlder(
    edition: { anchor: string; version: number; document: string },
    at: number,
  ): Promise<{ version: number; document: string }>;
}

/**
 * The anchor's file, if this registry can work under it: signed by the configured anchor, not older than the one it
 * worked under before, and naming this cell and the key that it signs with.
 * @throws VcError REGISTRY_STATEMENT_INVALID, REGISTRY_ROLLBACK
 */
export async function loadGenesis(
  text: string,
  options: {
    anchorThumbprint: string;
    cellDid: string;
    publicKeyMultibase: string;
    store: GenesisStore;
    now: number;
  },
): Promise<LoadedGenesis> {
  const { anchorThumbprint, cellDid, publicKeyMultibase, store, now } = options;
  const document = text.trim();
  const genesis = await verifyGenesis(document, anchorThumbprint);
  const { anchor, version } = genesis;
  const cell = findAdmittedCell(genesis, cellDid, now);
  if (cell === undefined) {
    throw new VcError('REGISTRY_STATEMENT_INVALID', `The genesis file does not admit ${cellDid}`);
  }
  if (!hasRegistryKey(cell, publicKeyMultibase, now)) {
    throw new VcError(
      'REGISTRY_STATEMENT_INVALID',
      `The genesis file does not give ${cellDid} the registry key ${publicKeyMultibase}`,
    );
  }
  const kept = await store.replaceOlder({ anchor, version, document }, now);
  if (kept.version > version) {
    throw new VcError(
      'REGISTRY_ROLLBACK',
      `The genesis file is version ${version}, and version ${kept.version} was loaded before`,
    );
  }
  if (kept.document !== document) {
    throw new VcError(
      'REGISTRY_STATEMENT_INVALID',
      `The genesis file differs from the version ${version} that was loaded before`,
    );
  }
  return { document, genesis };
}
