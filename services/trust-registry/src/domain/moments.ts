import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { RegistryReader } from './reading-ports.ts';

/** How far a caller's clock may run ahead of ours, in milliseconds. */
export const CLOCK_SKEW_MS = 60_000;

// A change is recorded as of its beginning and gives up after half of this (store/record-versions.ts).
const SETTLED_MS = 60_000;
const UTC = /(?:Z|\+00:00)$/;

/** The time of a TRQP context, which has no other offset than Z. @throws VcError INVALID_REQUEST */
export function parseUtcTime(text: string, pointer: string): number {
  const time = UTC.test(text) ? parseDateTimeStamp(text) : undefined;
  if (time === undefined) throw invalid(pointer, 'is not an RFC 3339 time in UTC');
  return time;
}

/** A moment that has been. @throws VcError INVALID_REQUEST */
export function parsePastTime(text: string, pointer: string, now: number): number {
  const time = parseDateTimeStamp(text);
  if (time === undefined) throw invalid(pointer, 'is not an RFC 3339 time');
  if (time > now) throw invalid(pointer, 'is in the future');
  return time;
}

/**
 * Whether no change can be recorded any more as of this moment (milliseconds) or before: then what was known at it
 * is the same for ever. Later changes are recorded after the last one, and a change that has begun ends within the
 * time given here.
 */
export async function isSettled(
  moment: number,
  { registry, now }: { registry: Pick<RegistryReader, 'findPosition'>; now: number },
): Promise<boolean> {
  if (moment > now) return false;
  if (moment <= now - SETTLED_MS) return true;
  return moment <= (await registry.findPosition()).recordedAt;
}

/** The caller's mistake at a place of the request. */
export function invalid(pointer: string, detail: string): VcError {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  return new VcError('INVALID_REQUEST', `${name} ${detail}`, { errors: [{ pointer, detail }] });
}
