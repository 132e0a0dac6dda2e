import { parseStatusListIndex, readEntry } from '#status/bitstring';
import { standingOf, STATUS_MESSAGES } from '#status/status-value';
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
  /** the bits, once they were read */
  value?: number;
  list?: StatusList;
}

export interface CheckedStatus {
  found: Finding;
  entries: EntryResult[];
}

const PURPOSES: readonly StatusPurpose[] = ['revocation', 'suspension'];

/**
 * Bitstring Status List 1.0 §3.2 for the entries that every credential of ours has: one of each purpose, or one in a
 * list of messages, which says both. A list that cannot be had,
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

/** One entry of each purpose or one message entry, and none of a purpose that is not understood here. */
function checkEntries(given: readonly JsonValue[]): Finding {
  const pointer = '/credentialStatus';
  const purposes = given.map((entry) => (isJsonObject(entry) ? entry['statusPurpose'] : undefined));
  if (purposes.includes('message')) {
    const isAlone = given.length === 1 && given.every(isMessageEntry);
    return isAlone ? PASS : failed('MALFORMED_VALUE_ERROR', pointer);
  }
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
    (entry['statusSize'] ?? 1) === sizeOf(entry)
  );
}

/** Its messages are the four that are understood here, each under its own value. */
function isMessageEntry(entry: JsonValue): boolean {
  if (!isJsonObject(entry) || !isEntry(entry)) return false;
  const messages = asArray<JsonValue>(entry['statusMessage']);
  return (
    messages.length === STATUS_MESSAGES.length &&
    STATUS_MESSAGES.every(({ status, message }, at) => {
      const given = messages[at];
      return isJsonObject(given) && given['status'] === status && given['message'] === message;
    })
  );
}

function sizeOf(entry: JsonObject): StatusList['entrySize'] {
  return entry['statusPurpose'] === 'message' ? 2 : 1;
}

async function checkEntry(
  entry: JsonObject,
  pointer: string,
  options: StatusCheckOptions,
): Promise<EntryResult> {
  const purpose = entry['statusPurpose'] as StatusPurpose | 'message';
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
    const value = readEntry(list.bits, index, list.entrySize);
    return { entry, found: judge(purpose, value, pointer), value, list };
  } catch (error) {
    return { entry, found: troubleWith(error, pointer) };
  }
}

/** Of a message every value but 0x0 is a no: what nobody defined counts as revoked. */
function judge(purpose: StatusPurpose | 'message', value: number, pointer: string): Finding {
  const { revoked, suspended } =
    purpose === 'message'
      ? standingOf(value)
      : { revoked: value === 1 && purpose === 'revocation', suspended: value === 1 };
  if (revoked) return failed('CREDENTIAL_REVOKED', pointer);
  return suspended ? failed('CREDENTIAL_SUSPENDED', pointer) : PASS;
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
