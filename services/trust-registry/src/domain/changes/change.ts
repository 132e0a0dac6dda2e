import type { Operation } from './operation.ts';

/** What one person proposed, and what became of it. Times are milliseconds since the epoch. */
export interface RegistryChange {
  id: string;
  /** rises with every proposal */
  number: number;
  /** as it is kept: a proposal whose time is over is still `proposed` here, see `stateAt` */
  state: 'proposed' | 'approved' | 'rejected' | 'expired';
  /** every organisation that it concerns */
  odsCodes: string[];
  operations: Operation[];
  note: string | null;
  /** `sub` of the person */
  proposedBy: string;
  /** the organisation they acted for */
  proposedFor: string;
  proposedAt: number;
  expiresAt: number;
  decidedBy: string | null;
  decidedAt: number | null;
  /** what came of each operation: ids that were made */
  results: Record<string, string>[];
  /** of the registry after it; null before approval */
  epoch: number | null;
}

/** A person, and the organisation that they act for. */
export interface Actor {
  /** `sub` */
  subject: string;
  odsCode: string | undefined;
}

export const CHANGE_LIFETIME_MS = 7 * 24 * 3_600_000;

/** Nobody needs to be there for a proposal to expire: its time decides. */
export function stateAt(
  { state, expiresAt }: Pick<RegistryChange, 'state' | 'expiresAt'>,
  now: number,
): RegistryChange['state'] {
  return state === 'proposed' && expiresAt <= now ? 'expired' : state;
}

/** Every organisation that an operation concerns, the one it is about first. */
export function organisationsOf(operation: Operation): string[] {
  if (operation.operation === 'relate-lead-employer') return [operation.odsCode, operation.host];
  if (operation.operation === 'change-organisation-status' && operation.mergedInto !== undefined) {
    return [operation.odsCode, operation.mergedInto];
  }
  return [operation.odsCode];
}
