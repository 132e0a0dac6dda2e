import { decodeBitstring, MINIMUM_ENTRIES } from '#status/bitstring';
import { type ListEntry, readListedValue } from '#status/list-entry';
import { asArray, isJsonObject, type JsonObject } from '#vc/data-model';
import { checkRules } from '#vc/vcdm-rules';
import { unreliable } from '../parsed-list.ts';
import { checkAssertion } from './assertion.ts';
import { checkKnownContexts } from './known-contexts.ts';
import { checkPeriod } from './period.ts';
import type { ConformancePorts } from './ports.ts';

/**
 * The value of an entry in its list, which is fetched and verified as a credential of its own (Bitstring Status List
 * 1.0 §3.2). Lists of anybody are read: any issuer, contexts that are known, any period, and nothing is kept.
 * @throws VcError STATUS_RETRIEVAL_ERROR, STATUS_VERIFICATION_ERROR, STATUS_LIST_LENGTH_ERROR or RANGE_ERROR
 */
export async function readListedStatus(entry: ListEntry, ports: ConformancePorts): Promise<number> {
  const { listUrl, purpose, size } = entry;
  const document = await ports.fetchList(listUrl);
  await checkListCredential(document, listUrl, ports);
  const { credentialSubject: subject, type } = document;
  if (!asArray(type).includes('BitstringStatusListCredential')) throw unreliable('is no list');
  if (!isJsonObject(subject) || subject['type'] !== 'BitstringStatusList') {
    throw unreliable('holds no bitstring');
  }
  if (!asArray(subject['statusPurpose']).includes(purpose)) throw unreliable('has another purpose');
  const minEntries = MINIMUM_ENTRIES * size;
  return readListedValue(decodeBitstring(subject['encodedList'], { minEntries }), entry);
}

async function checkListCredential(
  document: JsonObject,
  listUrl: string,
  ports: ConformancePorts,
): Promise<void> {
  if (checkRules(document, { kind: 'credential' })) throw unreliable('breaks the data model');
  const { id = listUrl } = document;
  if (id !== listUrl) throw unreliable('has another id than its address');
  if (checkKnownContexts(document, ports.isKnownContext).outcome !== 'pass') {
    throw unreliable('has contexts that are not known');
  }
  const { found } = await checkAssertion(document, ports);
  if (found.outcome !== 'pass') throw unreliable('has a proof that does not hold');
  if (checkPeriod(document, ports.clock()).outcome !== 'pass') throw unreliable('is not valid now');
}
