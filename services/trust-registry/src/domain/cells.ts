import type { Cell, Genesis } from '#trust/cell';
import { parseDateTimeStamp } from '#vc/date-time';
import { covers } from './period.ts';

/** The cell of this DID if the anchor's file admits it at that time (milliseconds). */
export function findAdmittedCell(genesis: Genesis, did: string, at: number): Cell | undefined {
  const cell = genesis.cells.find((each) => each.did === did);
  return cell !== undefined && stands(cell.admittedAt, cell.withdrawnAt, at) ? cell : undefined;
}

/** Whether one of the registry keys that the anchor's file gives the cell is this one, at that time. */
export function hasRegistryKey(cell: Cell, publicKeyMultibase: string, at: number): boolean {
  return cell.registryKeys.some(
    (key) =>
      key.publicKeyMultibase === publicKeyMultibase && stands(key.validFrom, key.validUntil, at),
  );
}

function stands(from: string, until: string | null, at: number): boolean {
  return covers({ validFrom: parse(from), validUntil: until === null ? null : parse(until) }, at);
}

// what cannot be read compares false: it stands at no time
function parse(text: string): number {
  return parseDateTimeStamp(text) ?? Number.NaN;
}
