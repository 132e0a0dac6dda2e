import { parseStatusListIndex, readBit } from '#status/bitstring';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { checkPinnedKeys } from '../pinned-keys.ts';
import type { StatusList, StatusLists, StatusPurpose, TrustRecords } from '../ports.ts';
import { failed, type Finding, PASS, unknown, unknownBecause } from '../report.ts';
import { isOnHostOf } from '../trust-did.ts';

export interface StatusCheckOptions {
  credential: JsonObject;
  issuer: string;
  statusLists: StatusLists;
  trustRecords: TrustRecords;
}

/** What one entry of `credentialStatus` came to. */
export interface EntryResult {
  entry: JsonValue;
  found: Finding;
  /** the bit, once it was read */
  value?: 0 | 1;
  list?: StatusList;
}

export interface CheckedStatus {
  found: Finding;
  entries: EntryResult[];
}

const PURPOSES: readonly StatusPurpose[] = ['revocation', 'suspension'];
const SET_BIT = {
  revocation: 'CREDENTIAL_REVOKED',
  suspension: 'CREDENTIAL_SUSPENDED',
} as const;

/**
 * Bitstring Status List 1.0 §3.2 for both entries that every credential of ours has. A list that cannot be had,
 * or not relied on, leaves the status unknown.
 */
export async function checkStatus(options: StatusCheckOptions): Promise<CheckedStatus> {
  const given = asArray<JsonValue>(options.credential['credentialStatus']);
  const shape = checkEntries(given);
  if (shape !== PASS) return { found: shape, entries: [] };
  const entries = await Promise.all(
    given.map((entry, at) => checkEntry(entry as JsonObject, `/credentialStatus/${at}`, options)),
  );
  const found = entries.map((entry) => entry.found);
  const worst =
    found.find(({ outcome }) => outcome === 'fail') ??
    found.find(({ outcome }) => outcome === 'unknown') ??
    PASS;
  return { found: worst, entries };
}

/** One entry of each purpose, and none of a purpose that is not understood here. */
function checkEntries(given: readonly JsonValue[]): Finding {
  const pointer = '/credentialStatus';
  const purposes = given.map((entry) => (isJsonObject(entry) ? entry['statusPurpose'] : undefined));
  if (PURPOSES.some((purpose) => !purposes.includes(purpose))) {
    return failed('STATUS_ENTRY_MISSING', pointer);
  }
  if (given.length !== PURPOSES.length || !given.every(isEntry)) {
    return failed('MALFORMED_VALUE_ERROR', pointer);
  }
  return PASS;
}

function isEntry(entry: JsonValue): boolean {
  return (
    isJsonObject(entry) &&
    entry['type'] === 'BitstringStatusListEntry' &&
    typeof entry['statusListCredential'] === 'string' &&
    (entry['statusSize'] === undefined || entry['statusSize'] === 1)
  );
}

async function checkEntry(
  entry: JsonObject,
  pointer: string,
  options: StatusCheckOptions,
): Promise<EntryResult> {
  const purpose = entry['statusPurpose'] as StatusPurpose;
  try {
    const index = parseStatusListIndex(entry['statusListIndex']);
    const url = entry['statusListCredential'] as string;
    if (!isOnHostOf(options.issuer, url)) {
      const found = failed('STATUS_VERIFICATION_ERROR', `${pointer}/statusListCredential`);
      return { entry, found };
    }
    const list = await options.statusLists.load(url);
    const reliable = await checkList(list, purpose, options);
    if (reliable.outcome !== 'pass') return { entry, found: { ...reliable, pointer }, list };
    const isSet = readBit(list.bits, index);
    const found = isSet ? failed(SET_BIT[purpose], pointer) : PASS;
    return { entry, found, value: isSet ? 1 : 0, list };
  } catch (error) {
    return { entry, found: troubleWith(error, pointer) };
  }
}

/** Whether a list that is good in itself speaks of this issuer's credentials and of this purpose. */
export async function checkList(
  list: StatusList,
  purpose: string,
  { issuer, trustRecords }: Pick<StatusCheckOptions, 'issuer' | 'trustRecords'>,
): Promise<Finding> {
  if (list.issuer !== issuer || list.purpose !== purpose) {
    return unknown('STATUS_VERIFICATION_ERROR');
  }
  const { proofs } = list;
  const pinned = await checkPinnedKeys({ issuer, proofs, purpose: 'status', trustRecords });
  if (pinned.outcome !== 'fail') return pinned;
  return unknown('STATUS_VERIFICATION_ERROR');
}

/** An index that no list has is the credential's fault; everything else leaves the status unknown. */
function troubleWith(error: unknown, pointer: string): Finding {
  if (error instanceof VcError && error.code === 'RANGE_ERROR') {
    return failed('RANGE_ERROR', `${pointer}/statusListIndex`);
  }
  return unknownBecause(error, pointer);
}
