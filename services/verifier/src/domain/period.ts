import { parseDateTimeStamp } from '#vc/date-time';

const SECOND = 1_000;

/**
 * Whether a proof's time lies in a period of the registry: its start belongs to it, its end does not. A proof tells
 * whole seconds, so the period starts with the second in which it was entered.
 * @param end null: open. What cannot be read starts never and has ended long ago
 */
export function isWithinPeriod(time: number, start: string, ...ends: (string | null)[]): boolean {
  const from = parseDateTimeStamp(start) ?? Number.POSITIVE_INFINITY;
  const hasStarted = time >= Math.floor(from / SECOND) * SECOND;
  const isOver = ends.some((end) => end !== null && (parseDateTimeStamp(end) ?? 0) <= time);
  return hasStarted && !isOver;
}
