import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '#vc/data-model';

/** What the API of the retired service published as examples. */
export const fixtures = new URL('../fixtures/dsp-api/', import.meta.url);

export function read(file: URL): JsonObject {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

export function published(recordType: string): JsonObject {
  return read(new URL(`AddEmployeeRecordRequest${recordType}.json`, fixtures));
}

/** Published records with one member changed; undefined takes it out. */
export function changed(
  recordType: string,
  change: Record<string, JsonValue | undefined>,
): JsonObject {
  const members = Object.entries({ ...published(recordType), ...change });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
}
