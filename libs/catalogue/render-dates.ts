import { parseDateTimeStamp } from '#vc/date-time';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const CALENDAR_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

// dates of the passport are calendar days of Europe/London, whatever the reader's own time zone
const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** A whole or partial calendar date for people: `3 June 2025`, `June 2025`, `2025`. Any other text stays as it is. */
export function describeDate(text: string): string {
  const match = CALENDAR_DATE.exec(text);
  if (match === null) return text;
  const [, year, month, day] = match;
  const name = MONTHS[Number(month) - 1];
  if (name === undefined) return text;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`;
}

/**
 * A moment for people, in the time of London: `3 June 2025, 14:05`. The day alone when it is the day's first second,
 * or, for the `end` of something, its last. Text that is no dateTimeStamp stays as it is.
 */
export function describeMoment(text: string, end = false): string {
  const moment = parseDateTimeStamp(text);
  if (moment === undefined) return text;
  const parts = Object.fromEntries(
    LONDON.formatToParts(moment).map(({ type, value }) => [type, value]),
  );
  const date = `${Number(parts['day'])} ${MONTHS[Number(parts['month']) - 1]} ${parts['year']}`;
  const time = `${parts['hour']}:${parts['minute']}`;
  return `${time}:${parts['second']}` === (end ? '23:59:59' : '00:00:00')
    ? date
    : `${date}, ${time}`;
}
