import { parseListEntry } from '#status/list-entry';
import { STATUS_MESSAGES } from '#status/status-value';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { ShapedCredential, StatusReference } from '../forms/credential.ts';
import type { StatusList, StatusPurpose } from '../ports.ts';
import { failed, type Finding } from '../report.ts';

/** A place in a list. Neither its index nor its address has been looked at. */
export interface StatusPlace extends StatusReference {
  kind: StatusList['kind'];
  purpose: StatusPurpose | 'message';
  index: unknown;
  url: string;
  /** pointers of the two */
  at: { index: string; url: string };
}

const PURPOSES: readonly StatusPurpose[] = ['revocation', 'suspension'];
const POINTER = '/credentialStatus';

/** The places that a credential of ours names; a finding where they are not of a form that is understood here. */
export function statusPlacesOf({ status }: Pick<ShapedCredential, 'status'>) {
  const { kind, entries } = status;
  return kind === 'token' ? tokenPlacesOf(entries) : bitstringPlacesOf(entries);
}

/**
 * One entry of each purpose or one message entry, and none of a purpose that is not understood here. Two stand in the
 * order in which they are issued: to JSON-LD they are a set, whose order nobody signs.
 */
function bitstringPlacesOf(given: readonly StatusReference[]): StatusPlace[] | Finding {
  const purposes = given.map(({ entry }) => isJsonObject(entry) && entry['statusPurpose']);
  const isMessage = purposes.includes('message');
  if (!isMessage && PURPOSES.some((purpose) => !purposes.includes(purpose))) {
    return failed('STATUS_ENTRY_MISSING', POINTER);
  }
  const isWhole = isMessage
    ? given.length === 1
    : given.length === PURPOSES.length && PURPOSES.every((one, at) => one === purposes[at]);
  const isUnderstood = given.every(
    ({ entry }) => isEntry(entry) && (!isMessage || hasMessages(entry['statusMessage'])),
  );
  if (!isWhole || !isUnderstood) return failed('MALFORMED_VALUE_ERROR', POINTER);
  return given.map(({ entry, pointer }) => {
    const { statusPurpose, statusListIndex, statusListCredential } = entry as JsonObject;
    return {
      kind: 'bitstring',
      entry,
      pointer,
      purpose: statusPurpose as StatusPlace['purpose'],
      index: statusListIndex,
      url: statusListCredential as string,
      at: { index: `${pointer}/statusListIndex`, url: `${pointer}/statusListCredential` },
    };
  });
}

/**
 * The claim `status` (draft-ietf-oauth-status-list-21 §6.2) with `status_list`, whose two bits say both, as those of a
 * message do, and no other mechanism, because what that says would not be heard.
 */
function tokenPlacesOf([reference]: readonly StatusReference[]): StatusPlace[] | Finding {
  if (reference === undefined) return failed('STATUS_ENTRY_MISSING', POINTER);
  const { entry, pointer } = reference;
  if (!isJsonObject(entry)) return failed('MALFORMED_VALUE_ERROR', pointer);
  const { status_list: list, ...others } = entry;
  if (list === undefined) return failed('STATUS_ENTRY_MISSING', pointer);
  const { idx, uri } = isJsonObject(list) ? list : {};
  const isUnderstood =
    Object.keys(others).length === 0 &&
    typeof uri === 'string' &&
    Number.isSafeInteger(idx) &&
    (idx as number) >= 0;
  if (!isUnderstood) return failed('MALFORMED_VALUE_ERROR', pointer);
  const at = { index: `${pointer}/status_list/idx`, url: `${pointer}/status_list/uri` };
  return [{ kind: 'token', entry, pointer, purpose: 'message', index: idx, url: uri, at }];
}

function isEntry(entry: JsonValue): entry is JsonObject {
  return (
    isJsonObject(entry) &&
    entry['type'] === 'BitstringStatusListEntry' &&
    typeof entry['statusListIndex'] === 'string' &&
    isWellFormed({ ...entry, statusListIndex: '0' }) &&
    (entry['statusSize'] ?? 1) === (entry['statusPurpose'] === 'message' ? 2 : 1)
  );
}

// But for its index: what a text names that is none is out of range, and said so where it is looked up.
function isWellFormed(entry: JsonObject): boolean {
  try {
    return parseListEntry(entry).listUrl !== '';
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
}

/** Whether the messages of an entry or a list are the four that are understood here, each under its own value. */
export function hasMessages(value: JsonValue | undefined): boolean {
  const messages = asArray<JsonValue>(value);
  return (
    messages.length === STATUS_MESSAGES.length &&
    STATUS_MESSAGES.every(({ status, message }, at) => {
      const given = messages[at];
      return isJsonObject(given) && given['status'] === status && given['message'] === message;
    })
  );
}
