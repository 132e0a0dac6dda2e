import { checkText } from '#catalogue/text';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Namespace } from '../namespace.ts';
import type { Outcome, RegistryChanges } from '../ports.ts';
import { applyOperations } from './apply-operations.ts';
import { type Actor, CHANGE_LIFETIME_MS, organisationsOf, type RegistryChange } from './change.ts';
import { checkAuthority } from './check-authority.ts';
import type { Operation } from './operation.ts';

export interface ChangeDeps {
  namespace: Namespace;
  clock: Clock;
  randomUUID: () => string;
}

export interface Proposal {
  operations: Operation[];
  note?: string | undefined;
}

/**
 * Keeps what a person proposes until another decides. The operations are done and undone again, so that whatever is
 * wrong today is told now; what holds is found out once more at the approval.
 * @throws VcError FORBIDDEN, and whatever the operations throw
 */
export async function proposeChange(
  changes: RegistryChanges,
  { proposal, by }: { proposal: Proposal; by: Actor },
  { namespace, clock, randomUUID }: ChangeDeps,
): Promise<Outcome<Omit<RegistryChange, 'number'>>> {
  const { operations } = proposal;
  const note = proposal.note ?? null;
  checkNote(note);
  await checkAuthority(by, operations, { changes, namespace });
  await changes.tryOut(async () => {
    await changes.lockRegistry();
    const now = clock();
    await applyOperations(operations, { changes, namespace, randomUUID, now, proposedAt: now });
  });
  const now = clock();
  const change: Omit<RegistryChange, 'number'> = {
    id: randomUUID(),
    state: 'proposed',
    odsCodes: [...new Set(operations.flatMap(organisationsOf))],
    operations,
    note,
    proposedBy: by.subject,
    // an actor without an organisation has no authority
    proposedFor: by.odsCode ?? '',
    proposedAt: now,
    expiresAt: now + CHANGE_LIFETIME_MS,
    decidedBy: null,
    decidedAt: null,
    results: [],
    epoch: null,
  };
  await changes.insertChange(change);
  const subject = { change: change.id, operations: operations.length };
  return { result: change, events: [{ action: 'change.proposed', subject }] };
}

export function checkNote(note: string | null): void {
  const [problem] = checkText(note, '/note');
  if (problem === undefined) return;
  const { detail } = problem;
  throw new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer: '/note', detail }] });
}
