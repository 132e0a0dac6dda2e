import type { RegistryChange } from '#api/registry-changes';
import { type Actor, type RegistryChange as Change, stateAt } from '../domain/changes/change.ts';
import { seenBy } from '../domain/changes/read-change.ts';
import type { Namespace } from '../domain/namespace.ts';
import { toDateTime } from './wire.ts';

/** A change as the reader may see it now. */
export function toWireChange(
  change: Omit<Change, 'number'>,
  { reader, namespace, now }: { reader: Actor; namespace: Namespace; now: number },
): RegistryChange {
  const seen = seenBy(reader, change, namespace);
  return {
    id: seen.id,
    state: stateAt(change, now),
    operations: seen.operations.map((operation) => ({ ...operation })),
    note: seen.note,
    proposedBy: seen.proposedBy,
    proposedAt: toDateTime(seen.proposedAt),
    expiresAt: toDateTime(seen.expiresAt),
    decidedBy: seen.decidedBy,
    decidedAt: seen.decidedAt === null ? null : toDateTime(seen.decidedAt),
    results: seen.results,
    epoch: seen.epoch,
  };
}
