import type { ProofResult } from '#proofs/verify-proofs';
import { parseDateTimeStamp } from '#vc/date-time';
import { isWithinPeriod } from '../period.ts';
import type { Accreditation, TrustRecord } from '../ports.ts';
import { failed, finding, type Finding, PASS } from '../report.ts';

export interface AccreditationOptions {
  issuer: string;
  /** of the catalogue */
  type: string;
  proofs: readonly ProofResult[];
  now: number;
}

/** Whether the registry knows the issuer as an organisation that takes part. */
export function checkRegistered(record: TrustRecord | undefined, issuer: string): Finding {
  const { did, status } = record?.organisation ?? {};
  return did === issuer && status === 'registered'
    ? PASS
    : failed('ISSUER_NOT_REGISTERED', '/issuer');
}

/**
 * Whether the issuer was accredited to issue this type at the time of every proof. An accreditation that ended
 * since is a warning, unless it was withdrawn for cause.
 */
export function checkAccredited(record: TrustRecord, options: AccreditationOptions): Finding {
  const { type, proofs, now } = options;
  const granted = record.accreditations.filter(
    ({ action, credentialType }) => action === 'issue' && credentialType === type,
  );
  const times = proofs.map(({ created }) => parseDateTimeStamp(created) ?? Number.NaN);
  const findings = times.map((time) => checkAt(granted, time));
  const worst = findings.find(({ outcome }) => outcome !== 'pass');
  if (worst !== undefined) return worst;
  return granted.some((one) => covers(one, now))
    ? PASS
    : finding('pass', 'ISSUER_ACCREDITATION_LAPSED', { pointer: '/issuer' });
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
