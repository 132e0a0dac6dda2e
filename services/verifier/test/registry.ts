import type { FetchStatement, ReadStatement, TrustRecord } from '../src/domain/ports.ts';
import { cellDidOf } from '../src/domain/trust-did.ts';
import type { World } from './world.ts';

/** Registries that say what the trusts' records are now. Their epoch rises whenever one has changed. */
export function createRegistry(worldOf: () => World): FetchStatement {
  const told = new Map<string, string>();
  return async (cell, since) => {
    const world = worldOf();
    const changed = world.trusts.filter(
      ({ record }) => textOf(record) !== told.get(record.organisation.did),
    );
    if (changed.length > 0) world.registry.epoch += 1;
    for (const { record } of changed) {
      record.epoch = world.registry.epoch;
      told.set(record.organisation.did, textOf(record));
    }
    return stateRegistry(world, cell.did, since);
  };
}

function textOf(record: TrustRecord): string {
  return JSON.stringify({ ...record, epoch: 0 });
}

/** What the registry of a cell says at this moment. */
export function stateRegistry(world: World, cell: string, since?: number): ReadStatement {
  const { now, registry, trusts } = world;
  const own = trusts.filter(({ did }) => cellDidOf(did) === cell).map(({ record }) => record);
  const changed = own.filter(({ epoch }) => since === undefined || epoch > since);
  return {
    kind: since === undefined ? 'snapshot' : 'changes',
    issuer: cell,
    epoch: registry.epoch,
    since: since ?? 0,
    issuedAt: now,
    expiresAt: now + 3_600_000,
    records: structuredClone(changed),
  };
}

/** As the registry puts it on the wire: more than a verifier reads. */
export function wireRecord({ organisation, accreditations, ...record }: TrustRecord) {
  return {
    ...record,
    leadEmployments: [],
    organisation: {
      ...organisation,
      name: 'Ashmere Teaching Hospitals Trust',
      kind: 'trust',
      icsOdsCode: 'QZN',
      admittedBy: 'QZN',
      systemApproach: null,
      statusHistory: organisation.statusHistory.map((one) => ({ ...one, mergedInto: null })),
    },
    accreditations: accreditations.map((one) => ({
      ...one,
      id: '4dbf7d3c-5f5e-4b8e-8f5f-0d4f8f7a1c11',
      staffGroups: [],
      purposes: [],
      claims: null,
    })),
  };
}
