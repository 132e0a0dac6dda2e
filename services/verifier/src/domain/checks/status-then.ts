import { standingOf } from '#status/status-value';
import type { Recalled, WatchedPurpose } from '../watching/ports.ts';
import { watchedPurposeOf } from '../watching/watched-purpose.ts';
import { failed, finding, type Finding, unknown, PASS } from '../report.ts';
import type { CheckedStatus, EntryResult } from './status.ts';

type Known = 'yes' | 'no' | 'unknown';

const REVOKES: readonly WatchedPurpose[] = ['revocation', 'message', 'token'];
const SAYS_NOW = ['CREDENTIAL_REVOKED', 'CREDENTIAL_SUSPENDED'] as const;
const NOT_SUSPENDED_SINCE =
  'The credential is not revoked, but whether it was suspended at that time is not known.';

/**
 * What the status was at a past time. Lists say only what is so now: what is not revoked now never was, because a
 * revocation is final. When a bit changed is known of credentials on which this trust relied and which were watched for
 * it; else what is revoked or suspended now leaves the status of then unknown, and of a suspension that is over nothing
 * remains, which is a warning.
 * @param now what the lists say now
 * @param at milliseconds
 */
export function statusThen(now: CheckedStatus, recalled: Recalled, at: number): Finding {
  const standing = standingNow(now.entries);
  const pointer = now.found.pointer ?? '/credentialStatus';
  // Not all of it could be read, or it is not of a form that says anything.
  if (standing === undefined) return thoughUnread(now.found, recalled, { at, pointer });
  const wasRevoked = revokedThen(standing.revoked, recalled, at);
  const wasSuspended = suspendedThen(standing.suspended, recalled, at);
  if (wasRevoked === 'yes') return failed('CREDENTIAL_REVOKED', pointer);
  if (wasSuspended === 'yes') return failed('CREDENTIAL_SUSPENDED', pointer);
  if (wasRevoked === 'unknown') return unknown('STATUS_AT_TIME_UNKNOWN', pointer);
  if (wasSuspended === 'no') return PASS;
  const wasEverSuspended = standing.suspended || suspensionsOf(recalled).length > 0;
  if (wasEverSuspended) return unknown('STATUS_AT_TIME_UNKNOWN', pointer);
  return finding('pass', 'STATUS_AT_TIME_UNKNOWN', { pointer, detail: NOT_SUSPENDED_SINCE });
}

/** What was told stays told. That it is revoked now by the one list that was read says nothing of then. */
function thoughUnread(
  found: Finding,
  recalled: Recalled,
  { at, pointer }: { at: number; pointer: string },
): Finding {
  if (wasToldRevoked(recalled, at)) return failed('CREDENTIAL_REVOKED', pointer);
  return SAYS_NOW.some((code) => code === found.code)
    ? unknown('STATUS_AT_TIME_UNKNOWN', pointer)
    : found;
}

/** @returns undefined when an entry could not be read */
function standingNow(entries: readonly EntryResult[]) {
  const read = entries.map(({ value, list }) => {
    const purpose = list && watchedPurposeOf(list);
    if (value === undefined || purpose === undefined) return undefined;
    if (purpose === 'message' || purpose === 'token') return standingOf(value);
    return {
      revoked: purpose === 'revocation' && value !== 0,
      suspended: purpose === 'suspension' && value !== 0,
    };
  });
  const known = read.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < read.length) return undefined;
  return {
    revoked: known.some(({ revoked }) => revoked),
    suspended: known.some(({ suspended }) => suspended),
  };
}

function revokedThen(isRevoked: boolean, recalled: Recalled, at: number): Known {
  if (!isRevoked) return 'no';
  if (wasToldRevoked(recalled, at)) return 'yes';
  // Not yet in a list that was made later still.
  const wasClear = recalled.relied.some(
    ({ purpose, version }) => REVOKES.includes(purpose) && at <= version,
  );
  return wasClear ? 'no' : 'unknown';
}

function wasToldRevoked({ changes }: Recalled, at: number): boolean {
  return changes.some(
    ({ purpose, value, version }) => purpose === 'revocation' && value && version <= at,
  );
}

/**
 * A suspension that was told to have ended may have ended a moment before: until then it counts as one. What was clear
 * counts as clear only while it was watched, and nothing is known to have changed since.
 */
function suspendedThen(isSuspended: boolean, recalled: Recalled, at: number): Known {
  const told = suspensionsOf(recalled);
  const last = told.findLast(({ version }) => version <= at);
  const next = told.find(({ version }) => version > at);
  if (last?.value) return next || isSuspended ? 'yes' : 'unknown';
  if (next || isSuspended) return 'unknown';
  const isWatchedSince = recalled.relied.some(
    ({ purpose, version, watchedUntil }) =>
      purpose !== 'revocation' && version <= at && at < watchedUntil,
  );
  return isWatchedSince ? 'no' : 'unknown';
}

function suspensionsOf({ changes }: Recalled): Recalled['changes'] {
  return changes.filter(({ purpose }) => purpose === 'suspension');
}
