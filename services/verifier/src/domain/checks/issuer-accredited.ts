import type { ProofResult } from '#proofs/verify-proofs';
import { parseDateTimeStamp } from '#vc/date-time';
import { isWithinPeriod } from '../period.ts';
import type { Accreditation, OrganisationStatus, TrustRecord } from '../ports.ts';
import { failed, finding, type Finding, PASS, unknown } from '../report.ts';

export interface AccreditationOptions {
  /** of the catalogue */
  type: string;
  proofs: readonly ProofResult[];
  now: number;
  /** milliseconds: the past time as of which is asked; undefined: now */
  at?: number | undefined;
  /** of an old state nobody concludes that something was not granted */
  isOld: boolean;
}

const LAPSED = finding('pass', 'ISSUER_ACCREDITATION_LAPSED', { pointer: '/issuer' });

/**
 * Whether a registry knows the issuer as one that takes part, or did; at a past time, that it did so then. Asked before
 * its keys are looked at.
 */
export function checkKnown(
  record: TrustRecord | undefined,
  { at, isOld }: Pick<AccreditationOptions, 'at' | 'isOld'>,
): Finding {
  const status = record && standingAt(record, at);
  if (status === 'invited' && isOld) return unknown('REGISTRY_UNAVAILABLE', '/issuer');
  const isOut = status === undefined || status === 'suspended' || status === 'invited';
  return isOut ? failed('ISSUER_NOT_REGISTERED', '/issuer') : PASS;
}

function standingAt(record: TrustRecord, at: number | undefined): OrganisationStatus | undefined {
  return at === undefined ? record.organisation.status : statusAt(record, at);
}

/**
 * Whether the issuer was a registered organisation at the time of every proof, and is not suspended now. What it
 * signed while it was only invited, to try, never counts. That it closed or merged since is a warning.
 * @param times of the proofs, in milliseconds
 */
export function checkRegistered(
  record: TrustRecord,
  times: readonly number[],
  moment: Pick<AccreditationOptions, 'at' | 'isOld'>,
): Finding {
  const known = checkKnown(record, moment);
  if (known.outcome === 'unknown') return known;
  if (!times.every((time) => statusAt(record, time) === 'registered')) {
    return failed('ISSUER_NOT_REGISTERED', '/issuer');
  }
  if (known.outcome !== 'pass') return known;
  return standingAt(record, moment.at) === 'registered' ? PASS : LAPSED;
}

/**
 * Whether the issuer was registered, and accredited to issue this type, at the time of every proof. What ended since
 * is a warning, unless it was withdrawn for cause.
 */
export function checkAccredited(record: TrustRecord, options: AccreditationOptions): Finding {
  const { type, proofs, now, at = now, isOld } = options;
  const times = proofs.map(({ created }) => parseDateTimeStamp(created) ?? Number.NaN);
  const registered = checkRegistered(record, times, options);
  if (registered.outcome !== 'pass') return registered;
  const granted = record.accreditations.filter(
    ({ action, credentialType }) => action === 'issue' && credentialType === type,
  );
  const findings = times.map((time) => checkAt(granted, time));
  const worst = findings.find(({ outcome }) => outcome !== 'pass');
  // It may have been granted since.
  if (isOld && worst?.code === 'ISSUER_NOT_ACCREDITED') {
    return unknown('REGISTRY_UNAVAILABLE', '/issuer');
  }
  if (worst !== undefined) return worst;
  return granted.some((one) => !isWithdrawnForCause(one) && covers(one, at)) ? registered : LAPSED;
}

/** undefined: not known yet, or not to be read */
function statusAt({ organisation }: TrustRecord, time: number): OrganisationStatus | undefined {
  const { statusHistory } = organisation;
  const isReadable = statusHistory.every(
    ({ validFrom }) => parseDateTimeStamp(validFrom) !== undefined,
  );
  if (!isReadable) return undefined;
  return statusHistory.findLast(({ validFrom }) => isWithinPeriod(time, validFrom))?.status;
}

function checkAt(granted: readonly Accreditation[], time: number): Finding {
  const covering = granted.filter((one) => covers(one, time));
  if (covering.some(isWithdrawnForCause))
    return failed('ISSUER_ACCREDITATION_WITHDRAWN', '/issuer');
  if (covering.length > 0) return PASS;
  return granted.some(
    (one) => isWithdrawnForCause(one) && isWithinPeriod(time, one.validFrom, one.validUntil),
  )
    ? failed('ISSUER_ACCREDITATION_WITHDRAWN', '/issuer')
    : failed('ISSUER_NOT_ACCREDITED', '/issuer');
}

function covers({ validFrom, validUntil, withdrawnAt }: Accreditation, time: number): boolean {
  return isWithinPeriod(time, validFrom, validUntil, withdrawnAt);
}

function isWithdrawnForCause({ withdrawnAt, withdrawnForCause }: Accreditation): boolean {
  return withdrawnForCause && withdrawnAt !== null;
}
