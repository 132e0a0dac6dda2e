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

/** The moment (milliseconds) of `?at=`, whose knowledge is settled. @throws VcError INVALID_REQUEST */
export async function parseKnownTime(text: string, deps: KnowledgeDeps): Promise<number> {
  const pointer = '/querystring/at';
  const time = parseDateTimeStamp(text);
  if (time === undefined) throw invalid(pointer, 'is not an RFC 3339 time');
  await checkSettled(time, pointer, deps);
  return time;
}

export interface KnowledgeDeps {
  registry: Pick<RegistryReader, 'findPosition'>;
  /** milliseconds since the epoch */
  now: number;
}

/**
 * Refuses a moment (milliseconds) as of which, or before which, a change can still be recorded: what was known at any
 * other is the same for ever.
 * @throws VcError INVALID_REQUEST
 */
export async function checkSettled(
  moment: number,
  pointer: string,
  deps: KnowledgeDeps,
): Promise<void> {
  if (await isSettled(moment, deps)) return;
  throw invalid(pointer, 'is not a minute back yet: leave it out to ask what is known now');
}

/** Later changes are recorded after the last one, and a change that has begun ends within the time given here. */
async function isSettled(moment: number, { registry, now }: KnowledgeDeps): Promise<boolean> {
  if (moment > now) return false;
  if (moment <= now - SETTLED_MS) return true;
  return moment <= (await registry.findPosition()).recordedAt;
}

/** The caller's mistake at a place of the request. */
export function invalid(pointer: string, detail: string): VcError {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  return new VcError('INVALID_REQUEST', `${name} ${detail}`, { errors: [{ pointer, detail }] });
}
