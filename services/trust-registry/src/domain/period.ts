import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Accreditation, Period } from './organisation.ts';

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const GRACE_MS = 60_000;

export interface PeriodInput {
  validFrom?: string | undefined;
  validUntil?: string | undefined;
}

/**
 * The period that a request asks for. It starts now unless the request says when, at the full second: dates inside
 * signatures have no fractions, and what is signed within the starting second is inside.
 * @throws VcError CLAIMS_INVALID for a date that does not exist, or an end that is not after the start
 */
export function parsePeriod({ validFrom, validUntil }: PeriodInput, now: number): Period {
  const from = validFrom === undefined ? startOfSecond(now) : parseInstant(validFrom, '/validFrom');
  const until = validUntil === undefined ? null : parseInstant(validUntil, '/validUntil');
  if (until !== null && until <= from) {
    throw invalidPeriod('/validUntil', 'validUntil must be after validFrom');
  }
  return { validFrom: from, validUntil: until };
}

/**
 * The period that a request asks for beside those that stand. One that is to start now starts where another ended
 * within this second: what replaces something follows it without an overlap.
 * @throws VcError CLAIMS_INVALID as parsePeriod, and when it overlaps one that stands
 */
export function parsePeriodBeside(
  input: PeriodInput,
  standing: readonly Period[],
  now: number,
): Period {
  const asked = parsePeriod(input, now);
  const ended = standing.flatMap(({ validUntil }) =>
    validUntil !== null && validUntil <= now ? [validUntil] : [],
  );
  const validFrom =
    input.validFrom === undefined ? Math.max(asked.validFrom, ...ended) : asked.validFrom;
  const period = { ...asked, validFrom };
  if (period.validUntil !== null && period.validUntil <= validFrom) {
    throw invalidPeriod('/validUntil', 'validUntil must be after validFrom');
  }
  if (standing.some((each) => overlap(each, period))) {
    throw invalidPeriod('/validFrom', 'The period overlaps one that stands');
  }
  return period;
}

/** Whether it starts before now, more than a start that was now when the request was written. */
export function startsInThePast({ validFrom }: Period, now: number): boolean {
  return validFrom < now - GRACE_MS;
}

/** Whether a moment lies in a half-open period. */
export function covers({ validFrom, validUntil }: Period, at: number): boolean {
  return validFrom <= at && (validUntil === null || at < validUntil);
}

export function overlap(a: Period, b: Period): boolean {
  return Math.max(a.validFrom, b.validFrom) < Math.min(endOf(a), endOf(b));
}

function endOf({ validUntil }: Period): number {
  return validUntil ?? Number.POSITIVE_INFINITY;
}

/** The period in which an accreditation stands: a withdrawal ends it early. */
export function standingPeriod(accreditation: Accreditation): Period {
  const { validFrom, validUntil, withdrawnAt } = accreditation;
  if (withdrawnAt === null) return { validFrom, validUntil };
  const end = Math.min(withdrawnAt, validUntil ?? withdrawnAt);
  return { validFrom, validUntil: Math.max(validFrom, end) };
}

/** A fault of a period, at a JSON pointer of the body. */
export function invalidPeriod(pointer: string, detail: string): VcError {
  return new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer, detail }] });
}

/** Dates inside signatures have no fractions. */
export function startOfSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function parseInstant(text: string, pointer: string): number {
  const instant = parseDateTimeStamp(text);
  if (instant === undefined || instant < 0 || instant > LAST_INSTANT) {
    throw invalidPeriod(pointer, `${pointer.slice(1)} is not a date and time that can be used`);
  }
  return instant;
}
