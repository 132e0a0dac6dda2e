import { parseListEntry } from '#status/list-entry';
import {
  asArray,
  type Credential,
  CREDENTIALS_V1_CONTEXT,
  isJsonObject,
  type JsonValue,
  STATUS_V1_CONTEXT,
} from '#vc/data-model';
import { VcError } from '#vc/error';
import { refusal } from '../credential-request.ts';
import type { TestLists, TestPurpose } from './test-lists.ts';

const POINTER = '/credential/credentialStatus';

/**
 * A copy with an entry for each purpose. One entry stands alone, as suites of VCDM 1.1 want it.
 * @throws VcError MALFORMED_VALUE_ERROR for a credential that has a status already
 */
export function withStatus(
  credential: Credential,
  {
    credentialId,
    purposes,
    lists,
  }: { credentialId: string | undefined; purposes: readonly TestPurpose[]; lists: TestLists },
): Credential {
  if (purposes.length === 0) return credential;
  if (credential['credentialStatus'] !== undefined) {
    const detail = 'is added here: leave it out';
    throw refusal('MALFORMED_VALUE_ERROR', [{ pointer: POINTER, detail }]);
  }
  const { id } = credential;
  const entries = lists.give(purposes, credentialId ?? (typeof id === 'string' ? id : undefined));
  const contexts = asArray<JsonValue>(credential['@context']);
  const isOld = contexts.includes(CREDENTIALS_V1_CONTEXT) && !contexts.includes(STATUS_V1_CONTEXT);
  return {
    ...credential,
    '@context': isOld ? [...contexts, STATUS_V1_CONTEXT] : contexts,
    credentialStatus: entries.length === 1 ? entries[0] : entries,
  } as Credential;
}

/** An entry in a list of somebody else is signed when it is one. @throws VcError MALFORMED_VALUE_ERROR */
export function checkStatus({ credentialStatus }: Credential): void {
  for (const entry of asArray(credentialStatus as JsonValue)) {
    if (!isJsonObject(entry) || !asArray(entry['type']).includes('BitstringStatusListEntry')) {
      continue;
    }
    try {
      parseListEntry(entry);
    } catch (error) {
      if (!(error instanceof VcError)) throw error;
      throw refusal(error.code, [{ pointer: POINTER, detail: error.message }]);
    }
  }
}
