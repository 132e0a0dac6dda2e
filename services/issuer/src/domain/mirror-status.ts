import { VcError } from '#vc/error';
import type { CredentialRecord, CredentialState } from './ports.ts';

/** What the status list has committed and this service is to mirror. */
export interface StatusOutcome {
  /** of the credential */
  id: string;
  status: CredentialState;
  reason: string;
  /** milliseconds since the epoch, by the status list */
  changedAt: number;
  /** false when the list already stood so */
  changed: boolean;
}

/** How a credential stands after a change, for the answer. */
export interface StatusStanding {
  id: string;
  status: CredentialState;
  reason: string;
  /** milliseconds since the epoch */
  changedAt: number;
}

/** What mirroring comes to. `news`: it is to be recorded; `newest`: the mirror shall show it. */
export interface Mirrored {
  standing: StatusStanding;
  news: boolean;
  newest: boolean;
}

/**
 * Two changes of one credential may commit at the status list in one order and come here in the other. The list's
 * own time decides: a mirror that shows a later change keeps it, and a revocation is kept whatever the times say.
 * @returns undefined when it is revoked and was to be something else
 */
export function mirrorStatus(
  current: CredentialRecord,
  outcome: StatusOutcome,
): Mirrored | undefined {
  const { id, status, reason, changedAt, changed } = outcome;
  const shownAt = current.statusChangedAt ?? 0;
  if (current.status === 'revoked' && status !== 'revoked') return undefined;
  if (current.status === status && (!changed || shownAt >= changedAt)) {
    const standing = {
      id,
      status,
      reason: current.statusReason ?? reason,
      // a bit that never changed has stood since its index was leased: before there was a credential
      changedAt: current.statusChangedAt ?? Math.max(changedAt, current.issuedAt),
    };
    return { standing, news: false, newest: false };
  }
  const newest = status === 'revoked' || changedAt >= shownAt;
  // the list stood so already, and has been changed since
  if (!changed && !newest) {
    return { standing: { id, status, reason, changedAt }, news: false, newest };
  }
  return { standing: { id, status, reason, changedAt }, news: true, newest };
}

export function isRevoked(): VcError {
  return new VcError('STATUS_CHANGE_REFUSED', 'The credential is revoked, and that is final');
}
