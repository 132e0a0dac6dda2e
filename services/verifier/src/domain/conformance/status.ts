import { parseStatusListIndex, readEntry } from '#status/bitstring';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { EntryResult } from '../checks/status.ts';
import type { StatusLists } from '../ports.ts';
import { failed, type Finding, PASS, unknown, unknownBecause } from '../report.ts';

/** Bitstring Status List 1.0 §3.2 of each entry of its type; of another type nothing is known, and nothing said. */
export async function checkEntries(
  { credentialStatus }: JsonObject,
  statusLists: StatusLists,
): Promise<EntryResult[]> {
  const entries = asArray<JsonValue>(credentialStatus).filter(
    (entry) => isJsonObject(entry) && asArray(entry['type']).includes('BitstringStatusListEntry'),
  );
  return Promise.all(
    entries.map(async (entry) => ({
      entry,
      found: await checkEntry(entry as JsonObject, statusLists),
    })),
  );
}

async function checkEntry(entry: JsonObject, statusLists: StatusLists): Promise<Finding> {
  const { statusPurpose, statusListIndex, statusListCredential: url } = entry;
  if (typeof url !== 'string' || typeof statusPurpose !== 'string') {
    return failed('MALFORMED_VALUE_ERROR', '/credentialStatus');
  }
  try {
    const index = parseStatusListIndex(statusListIndex);
    const list = await statusLists.load(url, 'bitstring');
    if (list.purpose !== statusPurpose) {
      return unknown('STATUS_VERIFICATION_ERROR', '/credentialStatus');
    }
    return judge(statusPurpose, readEntry(list.bits, index, list.entrySize));
  } catch (error) {
    return unknownBecause(error, '/credentialStatus');
  }
}

function judge(purpose: string, value: number): Finding {
  if (value === 0) return PASS;
  if (purpose === 'revocation') return failed('CREDENTIAL_REVOKED', '/credentialStatus');
  return purpose === 'suspension' ? failed('CREDENTIAL_SUSPENDED', '/credentialStatus') : PASS;
}
