/** The one injectable clock: milliseconds since the epoch. */
export type Clock = () => number;

/** XML Schema dateTimeStamp in UTC without fractions, as VCDM dates are written: `2026-11-22T16:00:00Z`. */
export function toDateTimeStamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
