import type { AccreditedAction, OrganisationRecord } from './organisation.ts';
import { covers, standingPeriod } from './period.ts';

export interface AuthorizationQuestion {
  credentialType: string;
  action: AccreditedAction;
  /** milliseconds since the epoch: now, or the time of issue */
  at: number;
}

export type AuthorizationOutcome =
  | 'authorized'
  | 'not-registered'
  | 'not-accredited'
  | 'lapsed'
  | 'withdrawn-for-cause';

/**
 * Whether an organisation may, or might at that time, issue or ask for a type of credential. An accreditation counts
 * inside `[validFrom, validUntil)`, shortened by a withdrawal. One withdrawn for cause counts for no time at all,
 * neither before nor after; others decide for their own periods. Of an organisation's status only today's is known,
 * so a suspended or closed one is authorized for no time.
 */
export function checkAuthorization(
  record: OrganisationRecord | undefined,
  { credentialType, action, at }: AuthorizationQuestion,
): AuthorizationOutcome {
  if (record?.organisation.status !== 'registered') return 'not-registered';
  const granted = record.accreditations.filter(
    (each) => each.credentialType === credentialType && each.action === action,
  );
  const inGoodStanding = granted.filter(({ withdrawnForCause }) => !withdrawnForCause);
  const periods = inGoodStanding.map(standingPeriod);
  if (periods.some((period) => covers(period, at))) return 'authorized';
  if (inGoodStanding.length < granted.length) return 'withdrawn-for-cause';
  const ended = periods.some(({ validUntil }) => validUntil !== null && validUntil <= at);
  return ended ? 'lapsed' : 'not-accredited';
}
