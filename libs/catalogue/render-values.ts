import type { JsonObject, JsonValue } from '#vc/data-model';
import { codesOf, describeCode } from './render-codes.ts';
import { describeDate, describeMoment } from './render-dates.ts';

/** How people read a claim, by its schema: dates and codes as people say them, yes or no, all other text exactly. */
export function describeValue(value: JsonValue, schema: JsonObject): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value === '') return 'none';
  if (schema['format'] === 'date-time') return describeMoment(value);
  if (isDate(schema)) return describeDate(value);
  return codesOf(schema).includes(value) ? describeCode(value) : value;
}

/** Partial dates are known by what a whole one must be: `then: {format: date}`. */
function isDate({ format, then }: JsonObject): boolean {
  if (format === 'date') return true;
  return typeof then === 'object' && then !== null && !Array.isArray(then)
    ? then['format'] === 'date'
    : false;
}
