import type { Clock } from '#vc/clock';
import type { Answer, Call, CredentialState } from './ports.ts';
import {
  type Actor,
  approveBatch,
  type BatchSelection,
  type BatchTransition,
  confirmBatch,
  rejectBatch,
  type StatusBatch,
  type StatusTexts,
  undoBatch,
} from './status-batch.ts';

export interface BatchRequest extends StatusTexts {
  select: BatchSelection;
  status: CredentialState;
  reason: string;
}

export interface BatchProposal extends BatchRequest {
  id: string;
  /** the states that the change would touch */
  touches: readonly CredentialState[];
  /** more credentials than this need a second person */
  approvalOver: number;
  /** milliseconds since the epoch */
  proposedAt: number;
  expiresAt: number;
}

export interface BatchLedger {
  /**
   * Fixes which credentials the batch has, or answers as an equal call was answered.
   * @throws VcError INVALID_REQUEST when it would be more than MAX_BATCH
   */
  proposeOnce(
    call: Call,
    proposal: BatchProposal,
    describe: (batch: StatusBatch) => unknown,
  ): Promise<Answer>;
  /**
   * Decides on the batch while nobody else can, or answers as an equal call was answered.
   * @throws VcError NOT_FOUND, also for another trust's, and what `decide` throws
   */
  decideOnce(
    call: Call,
    id: string,
    decide: (batch: StatusBatch) => BatchTransition,
    describe: (batch: StatusBatch) => unknown,
  ): Promise<Answer>;
}

export interface StatusBatchesDeps {
  ledger: BatchLedger;
  clock: Clock;
  newId: () => string;
  approvalOver: number;
}

const PREVIEW_MS = 3_600_000;

/** What a change to each state has something to do for. */
const TOUCHES = {
  active: ['suspended'],
  suspended: ['active'],
  revoked: ['active', 'suspended'],
} as const satisfies Record<CredentialState, readonly CredentialState[]>;

type Describe = (batch: StatusBatch) => unknown;
type Decide = (batch: StatusBatch, actor: Actor, now: number) => BatchTransition;

/** Changes of many credentials: a preview first, which is confirmed, and above a size approved by another person. */
export function createStatusBatches({ ledger, clock, newId, approvalOver }: StatusBatchesDeps) {
  const decideBy = (decide: Decide) => (call: Call, id: string, describe: Describe) =>
    ledger.decideOnce(call, id, (batch) => decide(batch, call, clock()), describe);
  return {
    /** @throws VcError INVALID_REQUEST when there are too many for one batch */
    propose(call: Call, request: BatchRequest, describe: Describe): Promise<Answer> {
      const proposedAt = clock();
      const proposal = {
        ...request,
        id: newId(),
        touches: TOUCHES[request.status],
        approvalOver,
        proposedAt,
        expiresAt: proposedAt + PREVIEW_MS,
      };
      return ledger.proposeOnce(call, proposal, describe);
    },
    confirm: decideBy(confirmBatch),
    approve: decideBy(approveBatch),
    reject: decideBy(rejectBatch),
    undo: decideBy(undoBatch),
  };
}

export type StatusBatches = ReturnType<typeof createStatusBatches>;
