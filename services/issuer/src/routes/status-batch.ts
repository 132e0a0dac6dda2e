import type { StatusBatch as StatusBatchAnswer } from '#api/status-batches';
import type { StatusReason } from '#api/wire';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import { stateAt, type StatusBatch } from '../domain/status-batch.ts';

/** A batch as it is answered; what was said of it stays with the changes of each credential. */
export function describeBatch(clock: Clock): (batch: StatusBatch) => StatusBatchAnswer {
  return (batch) => {
    const { id, status, reason, count, changed, refused, approvalNeeded, undoUntil } = batch;
    return {
      id,
      state: stateAt(batch, clock()),
      status,
      // the reasons of the domain and of the wire are one list, which the route has checked
      reason: reason as StatusReason,
      count,
      changed,
      refused,
      approvalNeeded,
      proposedBy: batch.person ?? batch.clientId,
      proposedAt: toDateTimeStamp(batch.proposedAt),
      expiresAt: toDateTimeStamp(batch.expiresAt),
      decidedBy: batch.decidedBy ?? null,
      undoUntil: undoUntil === undefined ? null : toDateTimeStamp(undoUntil),
    };
  };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** @throws VcError NOT_FOUND: no batch has another id */
export function parseBatchId(id: string): string {
  if (UUID.test(id)) return id;
  throw new VcError('NOT_FOUND', 'There is no such status batch');
}
