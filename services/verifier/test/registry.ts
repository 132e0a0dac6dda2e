import type { FetchStatement, ReadStatement } from '../src/domain/ports.ts';
import { cellDidOf } from '../src/domain/trust-did.ts';
import type { World } from './world.ts';

/** Registries that say what the trusts' records are now. Their epoch rises whenever one has changed. */
export function createRegistry(worldOf: () => World): FetchStatement {
  let told = '';
  return async (cell, since) => {
    const world = worldOf();
    const text = JSON.stringify(world.trusts.map(({ record }) => record));
    if (text !== told) world.registry.epoch += 1;
    told = text;
    return stateRegistry(world, cell.did, since);
  };
}

/** What the registry of a cell says at this moment. */
export function stateRegistry(world: World, cell: string, since?: number): ReadStatement {
  const { now, registry, trusts } = world;
  const own = trusts.filter(({ did }) => cellDidOf(did) === cell);
  return {
    kind: since === undefined ? 'snapshot' : 'changes',
    issuer: cell,
    epoch: registry.epoch,
    since: since ?? 0,
    issuedAt: now,
    expiresAt: now + 3_600_000,
    records: structuredClone(own.map(({ record }) => record)),
  };
}
