import { VcError } from '#vc/error';
import type { Outcome, RegistryChanges } from '../ports.ts';
import { applyOperations } from './apply-operations.ts';
import { type Actor, type RegistryChange, stateAt } from './change.ts';
import { checkAuthority } from './check-authority.ts';
import { type ChangeDeps, checkNote } from './propose-change.ts';
import { mayRead } from './read-change.ts';

export interface DecisionInput {
  id: string;
  by: Actor;
  note?: string | undefined;
}

/**
 * Approves a change: all of its operations are done, their versions and audit rows written, or nothing is. When an
 * operation does not hold any more the change stays proposed. The claim on the row comes first: of decisions at one
 * time one finds it proposed.
 * @throws VcError NOT_FOUND, SELF_APPROVAL_REFUSED, FORBIDDEN, CONFLICT, and whatever the operations throw
 */
export async function approveChange(
  changes: RegistryChanges,
  input: DecisionInput,
  deps: ChangeDeps,
): Promise<Outcome<RegistryChange>> {
  const { id, by } = input;
  const { namespace, clock, randomUUID } = deps;
  const epochBefore = await changes.lockRegistry();
  const change = await loadChange(changes, input, deps);
  if (change.proposedBy === by.subject) {
    throw new VcError(
      'SELF_APPROVAL_REFUSED',
      'The person who proposes a change cannot approve it',
    );
  }
  await checkAuthority(by, change.operations, { changes, namespace });
  await checkMaker(change, { changes, namespace });
  const now = clock();
  await claim(changes, input, { state: 'approved', now });
  const { proposedAt } = change;
  const done = await applyOperations(change.operations, {
    changes,
    namespace,
    randomUUID,
    now,
    proposedAt,
  });
  const records = [...new Set(done.flatMap((each) => each.records))];
  const epoch = records.length === 0 ? epochBefore : await changes.appendVersions(records, now);
  const results = done.map(({ result }) => result);
  await changes.completeChange(id, { results, epoch });
  return {
    result: { ...change, state: 'approved', decidedBy: by.subject, decidedAt: now, results, epoch },
    events: [
      { action: 'change.approved', subject: { change: id, proposer: change.proposedBy, epoch } },
      ...done.map(({ event }) => ({ ...event, subject: { ...event.subject, change: id } })),
    ],
  };
}

/**
 * Rejects a change; whoever proposed it may withdraw it so.
 * @throws VcError NOT_FOUND, FORBIDDEN, CONFLICT
 */
export async function rejectChange(
  changes: RegistryChanges,
  input: DecisionInput,
  deps: ChangeDeps,
): Promise<Outcome<RegistryChange>> {
  const { id, by } = input;
  const change = await loadChange(changes, input, deps);
  if (change.proposedBy !== by.subject) {
    await checkAuthority(by, change.operations, { changes, namespace: deps.namespace });
  }
  const now = deps.clock();
  await claim(changes, input, { state: 'rejected', now });
  return {
    result: { ...change, state: 'rejected', decidedBy: by.subject, decidedAt: now },
    events: [{ action: 'change.rejected', subject: { change: id, proposer: change.proposedBy } }],
  };
}

async function loadChange(
  changes: RegistryChanges,
  { id, by, note }: DecisionInput,
  { namespace, clock }: ChangeDeps,
): Promise<RegistryChange> {
  checkNote(note ?? null);
  const change = await changes.findChange(id);
  if (change === undefined || !mayRead(by, change, namespace)) {
    throw new VcError('NOT_FOUND', 'There is no such change');
  }
  const state = stateAt(change, clock());
  if (state !== 'proposed') throw new VcError('CONFLICT', `The change is ${state} already`);
  return change;
}

/** A signatory who was ended since must not be one half of two people. */
async function checkMaker(
  { proposedBy, proposedFor, operations }: RegistryChange,
  context: Pick<Parameters<typeof checkAuthority>[2], 'changes' | 'namespace'>,
): Promise<void> {
  const maker = { subject: proposedBy, odsCode: proposedFor };
  await checkAuthority(maker, operations, context).catch((cause: unknown) => {
    if (!(cause instanceof VcError) || cause.code !== 'FORBIDDEN') throw cause;
    throw new VcError('CONFLICT', 'Who proposed the change may no longer do so', { cause });
  });
}

async function claim(
  changes: RegistryChanges,
  { id, by, note }: DecisionInput,
  { state, now }: { state: 'approved' | 'rejected'; now: number },
): Promise<void> {
  if (await changes.decideChange(id, { state, by: by.subject, at: now, note: note ?? null }))
    return;
  throw new VcError('CONFLICT', 'The change was decided at the same time');
}
