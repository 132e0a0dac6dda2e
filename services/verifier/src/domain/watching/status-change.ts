import { type CredentialStanding, standingOf } from '#status/status-value';
import type { StatusChange, WatchedPurpose } from './ports.ts';

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

function readStatus(purpose: WatchedPurpose, value: number): CredentialStanding {
  if (purpose === 'message' || purpose === 'token') return standingOf(value);
  const isSet = value !== 0;
  return { revoked: isSet && purpose === 'revocation', suspended: isSet };
}
