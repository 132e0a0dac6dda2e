import type { Cell } from '#trust/cell';
import { VcError } from '#vc/error';
import type { ReadStatement, RegistryState, TrustRecord } from '../ports.ts';
import { isSameTrust } from './same-trust.ts';

export interface ApplyStatementOptions {
  cell: Cell;
  known: RegistryState | undefined;
  /** milliseconds, the moment before the fetch */
  askedAt: number;
}

/** How far a registry's clock and ours may differ, in milliseconds. */
export const MAX_SKEW_MS = 60_000;

// As much as a snapshot may be (`#trust/statement`): changes must not heap up more, poll after poll.
const MAX_RECORDS_LENGTH = 8 * 1024 * 1024;

/**
 * What is known after a statement. It is as old as the registry says, and a registry whose clock runs ahead makes
 * nothing younger than the fetch.
 * @throws VcError REGISTRY_ROLLBACK for an epoch before the one known, REGISTRY_STATEMENT_INVALID for records that are
 * not this cell's to tell, changes that leave a gap, a second content of one epoch, or more than a snapshot may hold
 */
export function applyStatement(
  statement: ReadStatement,
  { cell, known, askedAt }: ApplyStatementOptions,
): RegistryState {
  const { epoch, kind, since } = statement;
  if (known !== undefined && epoch < known.epoch) {
    throw new VcError(
      'REGISTRY_ROLLBACK',
      `The registry of ${cell.did} is at epoch ${epoch}; ${known.epoch} was seen before`,
    );
  }
  if (kind === 'changes' && (known === undefined || since > known.epoch)) {
    throw invalid(cell, 'has changes that do not follow on what is known');
  }
  const told = byDid(statement, cell);
  const records = kind === 'snapshot' ? told : new Map([...(known?.records ?? []), ...told]);
  if (known?.epoch === epoch && !isSameTrust(known.records, records)) {
    throw invalid(cell, `tells another content of epoch ${epoch} than was seen before`);
  }
  if (kind === 'changes' && told.size > 0 && lengthOf(records) > MAX_RECORDS_LENGTH) {
    throw invalid(cell, 'makes more of its records than a snapshot may hold');
  }
  return { cell: cell.did, epoch, records, ...newestTimes(statement, known, askedAt) };
}

// A statement may come twice, and one made earlier may come later: that makes what is known no older. A confirmation
// from a time that has not come was taken by clocks that ran ahead, and would stand until then.
function newestTimes(
  { epoch, issuedAt, expiresAt }: ReadStatement,
  known: RegistryState | undefined,
  askedAt: number,
): Pick<RegistryState, 'confirmedAt' | 'expiresAt'> {
  const confirmedAt = Math.min(issuedAt, askedAt);
  const isSettled = known?.epoch === epoch && known.confirmedAt <= askedAt + MAX_SKEW_MS;
  return isSettled && known.confirmedAt >= confirmedAt
    ? { confirmedAt: known.confirmedAt, expiresAt: known.expiresAt }
    : { confirmedAt, expiresAt };
}

function byDid(statement: ReadStatement, cell: Cell): Map<string, TrustRecord> {
  const records = new Map<string, TrustRecord>();
  for (const record of statement.records) {
    const { did } = record.organisation;
    if (!isOfCell(record, cell)) throw invalid(cell, `speaks of ${did}, which is not its own`);
    if (record.epoch > statement.epoch) throw invalid(cell, 'has a record of a later epoch');
    if (statement.kind === 'changes' && record.epoch <= statement.since) {
      throw invalid(cell, `has a record as a change that is as it was at epoch ${statement.since}`);
    }
    if (records.has(did)) throw invalid(cell, `has two records of ${did}`);
    records.set(did, record);
  }
  return records;
}

/** A registry speaks of its ICS, under the DID of the cell, and of the organisations below; of nobody else. */
function isOfCell({ organisation, keys }: TrustRecord, cell: Cell): boolean {
  const { did, odsCode } = organisation;
  const isOwn = did === (odsCode === cell.odsCode ? cell.did : `${cell.did}:trusts:${odsCode}`);
  return (
    isOwn && keys.every((key) => key.verificationMethod === `${did}#${key.publicKeyMultibase}`)
  );
}

function lengthOf(records: ReadonlyMap<string, TrustRecord>): number {
  return JSON.stringify([...records.values()]).length;
}

function invalid(cell: Cell, what: string): VcError {
  return new VcError('REGISTRY_STATEMENT_INVALID', `The statement of ${cell.did} ${what}`);
}
