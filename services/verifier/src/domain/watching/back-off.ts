const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** At a base of 10 s; other bases stretch or shorten all of them. */
const DELAYS = [
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];
const BASE = 10 * SECOND;
const JITTER = 0.2;

export interface BackOffOptions {
  /** milliseconds of the first delay */
  baseMs: number;
  /** from 0 to 1: receivers that failed together are not asked again together */
  random: () => number;
}

/**
 * How long to wait after so many failed attempts, in milliseconds, up to a fifth more by chance.
 * @returns undefined when it is over: a dead letter
 */
export function backOff(failures: number, { baseMs, random }: BackOffOptions): number | undefined {
  const delay = DELAYS[failures - 1];
  if (delay === undefined) return undefined;
  return Math.round((delay / BASE) * baseMs * (1 + JITTER * random()));
}
