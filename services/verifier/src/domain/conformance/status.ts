import { parseListEntry } from '#status/list-entry';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { EntryResult } from '../checks/status.ts';
import { failed, PASS, unknownBecause } from '../report.ts';
import { readListedStatus } from './listed-status.ts';
import type { ConformancePorts } from './ports.ts';

// What is the credential's own fault; whatever else goes wrong leaves the status unknown.
const FAULTS = ['MALFORMED_VALUE_ERROR', 'RANGE_ERROR'];

/** Each is a fetch, and a list to be verified, for somebody who shows no token. */
const MAX_ENTRIES = 8;

/** Bitstring Status List 1.0 §3.2 of each entry of its type; of another type nothing is known, and nothing said. */
export async function checkEntries(
  { credentialStatus }: JsonObject,
  ports: ConformancePorts,
): Promise<EntryResult[]> {
  const all = Array.isArray(credentialStatus);
  const entries = asArray<JsonValue>(credentialStatus).map((entry, at) => ({
    entry,
    pointer: all ? `/credentialStatus/${at}` : '/credentialStatus',
  }));
  const known = entries.filter(
    ({ entry }) =>
      isJsonObject(entry) && asArray(entry['type']).includes('BitstringStatusListEntry'),
  );
  if (known.length > MAX_ENTRIES) {
    const detail = `More than ${MAX_ENTRIES} status entries are not looked up.`;
    return known.map(({ entry, pointer }) => ({
      entry: entry as JsonObject,
      found: failed('TOO_COMPLEX', pointer, detail),
    }));
  }
  return Promise.all(
    known.map(({ entry, pointer }) => checkEntry(entry as JsonObject, pointer, ports)),
  );
}

async function checkEntry(
  entry: JsonObject,
  pointer: string,
  ports: ConformancePorts,
): Promise<EntryResult> {
  try {
    const parsed = parseListEntry(entry);
    const value = await readListedStatus(parsed, ports);
    return { entry, value, found: judge(parsed.purpose, value, pointer) };
  } catch (error) {
    if (error instanceof VcError && FAULTS.includes(error.code)) {
      return { entry, found: failed(error.code, pointer) };
    }
    return { entry, found: unknownBecause(error, pointer) };
  }
}

/** A message says nothing that would make a credential less valid. */
function judge(purpose: string, value: number, pointer: string) {
  if (value === 0) return PASS;
  if (purpose === 'revocation') return failed('CREDENTIAL_REVOKED', pointer);
  return purpose === 'suspension' ? failed('CREDENTIAL_SUSPENDED', pointer) : PASS;
}
