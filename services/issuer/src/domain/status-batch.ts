import { VcError } from '#vc/error';
import type { BitChange, CredentialState, Person } from './ports.ts';

/** What a batch does next. A revocation suspends first, so that it can be undone. */
export type BatchStep = 'change' | 'suspend' | 'revoke' | 'lift';
export type ItemOutcome = 'waiting' | 'suspended' | 'changed' | 'refused' | 'undone';

/** Which of a trust's credentials: all that are given must fit. */
export interface BatchSelection {
  batch?: string | undefined;
  keyThumbprint?: string | undefined;
  type?: string | undefined;
  catalogueVersion?: string | undefined;
  provider?: string | undefined;
  employeeId?: string | undefined;
}

export interface StatusTexts {
  /** what the holder is told */
  holderText?: string | undefined;
  /** never shown to the holder */
  internalNote?: string | undefined;
}

/** A change of many credentials: which ones is fixed when it is proposed. Times in milliseconds since the epoch. */
export interface StatusBatch extends StatusTexts {
  id: string;
  odsCode: string;
  clientId: string;
  /** `sub` of who proposed it; undefined when a machine did */
  person: string | undefined;
  status: CredentialState;
  reason: string;
  state:
    | 'previewed'
    | 'awaiting-approval'
    | 'running'
    | 'undo-window'
    | 'done'
    | 'undone'
    | 'rejected';
  /** while it is running */
  step: BatchStep | undefined;
  count: number;
  changed: number;
  refused: number;
  approvalNeeded: boolean;
  proposedAt: number;
  expiresAt: number;
  confirmedBy: string | undefined;
  decidedBy: string | undefined;
  undoUntil: number | undefined;
  undoneByClient: string | undefined;
  undoneByPerson: string | undefined;
}

export interface BatchItem {
  credentialId: string;
  listPairId: string;
  index: number;
  /** how the credential stood when its turn came */
  prior: CredentialState;
  /** a newer credential that is not revoked has taken its place */
  superseded: boolean;
}

/** What becomes of a batch, and the audit action that tells it. */
export interface BatchTransition {
  action: `status-batch.${string}`;
  to: Partial<
    Pick<
      StatusBatch,
      | 'state'
      | 'step'
      | 'confirmedBy'
      | 'decidedBy'
      | 'undoUntil'
      | 'undoneByClient'
      | 'undoneByPerson'
    >
  >;
}

/** Who does something: a client, and the person who signed in there, if one did. */
export interface Actor {
  clientId: string;
  person: Person | undefined;
}

/** `expired`: nobody confirmed or approved it in time. */
export function stateAt(batch: StatusBatch, now: number): StatusBatch['state'] | 'expired' {
  const { state, expiresAt } = batch;
  const waits = state === 'previewed' || state === 'awaiting-approval';
  return waits && expiresAt <= now ? 'expired' : state;
}

/** @throws VcError CONFLICT unless it is a preview that has not expired */
export function confirmBatch(batch: StatusBatch, actor: Actor, now: number): BatchTransition {
  checkState(batch, 'previewed', now);
  const confirmedBy = actor.person?.subject;
  const to = batch.approvalNeeded ? { state: 'awaiting-approval' as const } : started(batch);
  return { action: 'status-batch.confirmed', to: { ...to, confirmedBy } };
}

/** @throws VcError PERSON_REQUIRED, SELF_APPROVAL_REFUSED, CONFLICT when it was decided, or expired */
export function approveBatch(batch: StatusBatch, actor: Actor, now: number): BatchTransition {
  const decidedBy = checkDecider(batch, actor);
  checkState(batch, 'awaiting-approval', now);
  return { action: 'status-batch.approved', to: { ...started(batch), decidedBy } };
}

/** @throws VcError as approveBatch */
export function rejectBatch(batch: StatusBatch, actor: Actor, now: number): BatchTransition {
  const decidedBy = checkDecider(batch, actor);
  checkState(batch, 'awaiting-approval', now);
  return { action: 'status-batch.rejected', to: { state: 'rejected', decidedBy } };
}

/** @throws VcError STATUS_CHANGE_REFUSED outside the window */
export function undoBatch(batch: StatusBatch, actor: Actor, now: number): BatchTransition {
  const { state, undoUntil = 0 } = batch;
  if (state !== 'undo-window' || undoUntil <= now) {
    throw new VcError(
      'STATUS_CHANGE_REFUSED',
      'The batch is not in its undo window: only a revocation has one, and it ends for good',
    );
  }
  const { clientId: undoneByClient, person } = actor;
  const to = { state: 'running' as const, step: 'lift' as const, undoneByClient };
  return { action: 'status-batch.undone', to: { ...to, undoneByPerson: person?.subject } };
}

/** The step that is to be worked on now: a window that has ended lets the revocation begin. */
export function dueStep(batch: StatusBatch, now: number): BatchStep | undefined {
  if (batch.state === 'running') return batch.step;
  return batch.state === 'undo-window' && (batch.undoUntil ?? 0) <= now ? 'revoke' : undefined;
}

/** What follows a step that has no more items. The window begins when the last credential is suspended. */
export function finishStep(step: BatchStep, now: number, undoMs: number): BatchTransition {
  if (step === 'suspend') {
    const to = { state: 'undo-window' as const, step: undefined, undoUntil: now + undoMs };
    return { action: 'status-batch.suspended', to };
  }
  const state = step === 'lift' ? 'undone' : 'done';
  return { action: 'status-batch.finished', to: { state, step: undefined } };
}

/** How an item stands before a step, and after it when the lists did as told. */
export const STEPS = {
  change: { from: 'waiting', to: 'changed' },
  suspend: { from: 'waiting', to: 'suspended' },
  revoke: { from: 'suspended', to: 'changed' },
  lift: { from: 'suspended', to: 'undone' },
} as const satisfies Record<BatchStep, { from: ItemOutcome; to: ItemOutcome }>;

/** The state that a step gives the credentials. */
export function stateOfStep(step: BatchStep, batch: StatusBatch): CredentialState {
  if (step === 'change') return batch.status;
  return ({ suspend: 'suspended', revoke: 'revoked', lift: 'active' } as const)[step];
}

/** The bits that a step changes for an item, in order; the last one is the change itself. */
export function bitsOf(step: BatchStep, batch: StatusBatch, item: BatchItem): BitChange[] {
  const { listPairId, index, prior } = item;
  // Who was suspended before stays so when the batch is undone. What is revoked is left to itself.
  if (prior === 'revoked' || (step === 'lift' && prior === 'suspended')) return [];
  const bit = { listPairId, index, reason: reasonOf(step, batch) };
  const state = stateOfStep(step, batch);
  if (state === 'active' && item.superseded) return [];
  if (state === 'revoked') return [{ ...bit, purpose: 'revocation', value: true }];
  if (state === 'suspended') return [{ ...bit, purpose: 'suspension', value: true }];
  return [
    // the mirror may lack a revocation whose caller never got an answer; the list refuses to clear one
    { ...bit, purpose: 'revocation', value: false },
    { ...bit, purpose: 'suspension', value: false },
  ];
}

/** Undoing has no reason of its own: the batch's is why the credentials were to go. */
export function reasonOf(step: BatchStep, batch: StatusBatch): string {
  return step === 'lift' ? 'unspecified' : batch.reason;
}

function started({ status }: StatusBatch): BatchTransition['to'] {
  return { state: 'running', step: status === 'revoked' ? 'suspend' : 'change' };
}

function checkState(batch: StatusBatch, expected: StatusBatch['state'], now: number): void {
  const state = stateAt(batch, now);
  if (state === expected) return;
  throw new VcError('CONFLICT', `The batch is ${state}, and no longer to be decided so`);
}

/** Two people: neither who proposed nor who confirmed decides. How surely it is they, the route has asked. */
function checkDecider({ person, confirmedBy }: StatusBatch, { person: decider }: Actor): string {
  if (decider === undefined) throw new VcError('PERSON_REQUIRED', 'A person decides this');
  if (decider.subject === person || decider.subject === confirmedBy) {
    throw new VcError('SELF_APPROVAL_REFUSED', 'Another person than who asked for it decides this');
  }
  return decider.subject;
}
