import type { StatusChange, WatchedPurpose } from './ports.ts';

interface Status {
  revoked: boolean;
  suspended: boolean;
}

/**
 * What is to be told when an entry went from one value to another. Revocation is final and told once, and a
 * credential that was revoked has no suspension that could begin or end.
 * @returns undefined where there is nothing to tell: the value that was told stays the known one
 */
export function statusChange(
  purpose: WatchedPurpose,
  before: number,
  after: number,
): StatusChange | undefined {
  const was = readStatus(purpose, before);
  const is = readStatus(purpose, after);
  if (was.revoked) return undefined;
  if (is.revoked) return { purpose: 'revocation', value: true };
  if (is.suspended !== was.suspended) return { purpose: 'suspension', value: is.suspended };
  return undefined;
}

/** The four messages of a two-bit list: 0x1 revoked, 0x2 suspended, 0x3 reserved and treated as revoked. */
function readStatus(purpose: WatchedPurpose, value: number): Status {
  if (purpose === 'revocation') return { revoked: value !== 0, suspended: false };
  if (purpose === 'suspension') return { revoked: false, suspended: value !== 0 };
  return { revoked: value === 1 || value === 3, suspended: value === 2 };
}
