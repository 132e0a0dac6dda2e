import type { Selectable } from 'kysely';
import type { AuditEvent } from '#ledger/audit';
import type { BatchTransition, StatusBatch } from '../domain/status-batch.ts';
import type { StatusBatchesTable } from './tables.ts';

type Row = Selectable<StatusBatchesTable>;

export const BATCH_COLUMNS = [
  'id',
  'ods_code',
  'client_id',
  'person',
  'status',
  'reason',
  'holder_text',
  'internal_note',
  'count',
  'approval_needed',
  'proposed_at',
  'expires_at',
  'state',
  'step',
  'changed',
  'refused',
  'confirmed_by',
  'decided_by',
  'undo_until',
  'undone_by_client',
  'undone_by_person',
] as const satisfies (keyof Row)[];

export function toBatch(row: Pick<Row, (typeof BATCH_COLUMNS)[number]>): StatusBatch {
  return {
    id: row.id,
    odsCode: row.ods_code,
    clientId: row.client_id,
    person: row.person ?? undefined,
    status: row.status,
    reason: row.reason,
    holderText: row.holder_text ?? undefined,
    internalNote: row.internal_note ?? undefined,
    state: row.state,
    step: row.step ?? undefined,
    count: row.count,
    changed: row.changed,
    refused: row.refused,
    approvalNeeded: row.approval_needed,
    proposedAt: row.proposed_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    confirmedBy: row.confirmed_by ?? undefined,
    decidedBy: row.decided_by ?? undefined,
    undoUntil: row.undo_until?.getTime(),
    undoneByClient: row.undone_by_client ?? undefined,
    undoneByPerson: row.undone_by_person ?? undefined,
  };
}

/** The whole of what can change of a batch, after a transition. */
export function transitionColumns(batch: StatusBatch) {
  return {
    state: batch.state,
    step: batch.step ?? null,
    confirmed_by: batch.confirmedBy ?? null,
    decided_by: batch.decidedBy ?? null,
    undo_until: batch.undoUntil === undefined ? null : new Date(batch.undoUntil),
    undone_by_client: batch.undoneByClient ?? null,
    undone_by_person: batch.undoneByPerson ?? null,
  };
}

export function batchEvent(
  action: BatchTransition['action'] | 'status-batch.proposed',
  { id, odsCode, status, reason, count }: StatusBatch,
  actor: { clientId: string; person: string | undefined },
): AuditEvent {
  const { clientId, person } = actor;
  const subject = {
    statusBatch: id,
    status,
    reason,
    count,
    ...(person !== undefined && { person }),
  };
  return { action, odsCode, clientId, subject };
}
