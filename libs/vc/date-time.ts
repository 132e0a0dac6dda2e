const DATE_TIME_STAMP =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/**
 * Milliseconds since the epoch of an XML Schema dateTimeStamp (VCDM 2.0 §4.9), or undefined when it is not one.
 * Stricter than the type: four digits of year, no 24:00:00, no leap second, no day that the month lacks.
 */
export function parseDateTimeStamp(value: unknown): number | undefined {
  const match = typeof value === 'string' ? DATE_TIME_STAMP.exec(value) : null;
  if (match === null) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  // Date rolls 30 February over into March: ask for the month's last day instead.
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    return undefined;
  }
  const milliseconds = Date.parse(match[0]);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

const NO_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;

/**
 * The time of a proof as a dateTimeStamp: one without an offset is wrong and nevertheless to be read as UTC (Data
 * Integrity 1.0 §2.1). Any other value is given back as it is.
 */
export function withOffset<T>(value: T): T | string {
  return typeof value === 'string' && NO_OFFSET.test(value) ? `${value}Z` : value;
}
