import { findCredentialType } from '#catalogue/catalogue';
import type {
  AccreditedAction,
  Accreditation,
  OrganisationRecord,
  OrganisationStatus,
} from './organisation.ts';
import { covers, standingPeriod } from './period.ts';

export interface AuthorizationQuestion {
  credentialType: string;
  action: AccreditedAction;
  /** milliseconds since the epoch: now, or the time of issue */
  at: number;
  /** of a request: what it is for; left out: for anything */
  purpose?: string | undefined;
  /** of a request: what would be asked for; left out: any of the type */
  claims?: readonly string[] | undefined;
}

export type AuthorizationOutcome =
  | 'authorized'
  | 'not-registered'
  | 'suspended'
  | 'ended'
  | 'not-accredited'
  | 'lapsed'
  | 'withdrawn-for-cause'
  | 'purpose-not-accredited'
  | 'claims-not-accredited';

/** How an organisation stood at a time (milliseconds); undefined before it was known at all. */
export function statusAt(
  { organisation: { statusHistory } }: OrganisationRecord,
  at: number,
): OrganisationStatus | undefined {
  return statusHistory.findLast(({ validFrom }) => validFrom <= at)?.status;
}

/**
 * Whether an organisation may, or might at that time, issue or ask for a type of credential. Its status is that of the
 * time. An accreditation counts inside `[validFrom, validUntil)`, shortened by a withdrawal. One withdrawn for cause
 * counts for no time at all, neither before nor after; others decide for their own periods. Purpose and claims must
 * be covered by one accreditation together.
 */
export function checkAuthorization(
  record: OrganisationRecord | undefined,
  question: AuthorizationQuestion,
): AuthorizationOutcome {
  if (record === undefined) return 'not-registered';
  return checkStatus(statusAt(record, question.at)) ?? checkAccreditations(record, question);
}

function checkStatus(status: OrganisationStatus | undefined): AuthorizationOutcome | undefined {
  if (status === 'registered') return undefined;
  if (status === 'suspended') return 'suspended';
  // who is only invited was never trusted
  return status === undefined || status === 'invited' ? 'not-registered' : 'ended';
}

function checkAccreditations(
  record: OrganisationRecord,
  question: AuthorizationQuestion,
): AuthorizationOutcome {
  const { credentialType, action, at } = question;
  const granted = record.accreditations.filter(
    (each) => each.credentialType === credentialType && each.action === action,
  );
  const inGoodStanding = granted.filter(({ withdrawnForCause }) => !withdrawnForCause);
  const covering = inGoodStanding.filter((each) => covers(standingPeriod(each), at));
  if (covering.length > 0) return checkRequest(covering, question);
  if (inGoodStanding.length < granted.length) return 'withdrawn-for-cause';
  const ended = inGoodStanding
    .map(standingPeriod)
    .some(({ validUntil }) => validUntil !== null && validUntil <= at);
  return ended ? 'lapsed' : 'not-accredited';
}

function checkRequest(
  covering: readonly Accreditation[],
  { credentialType, purpose, claims }: AuthorizationQuestion,
): AuthorizationOutcome {
  const forPurpose = covering.filter(
    ({ purposes }) => purpose === undefined || purposes.some((each) => each === purpose),
  );
  if (forPurpose.length === 0) return 'purpose-not-accredited';
  const ofType = new Set(Object.keys(findCredentialType(credentialType)?.fields ?? {}));
  const covered = forPurpose.some(
    (each) =>
      claims === undefined ||
      claims.every((claim) => ofType.has(claim) && (each.claims?.includes(claim) ?? true)),
  );
  return covered ? 'authorized' : 'claims-not-accredited';
}
