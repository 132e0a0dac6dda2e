import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';

/** An entry of `credentialStatus` as Bitstring Status List 1.0 §2.1 has it. */
export interface ListEntry {
  purpose: string;
  index: bigint;
  /** bits */
  size: number;
  listUrl: string;
}

const MAX_SIZE = 32;

/**
 * Reads an entry to the letter of Bitstring Status List 1.0 §2.1.
 * @throws VcError MALFORMED_VALUE_ERROR with the member that is not as it must be
 */
export function parseListEntry(entry: JsonObject): ListEntry {
  const { id, statusPurpose, statusListIndex, statusListCredential, statusSize = 1 } = entry;
  if (typeof statusPurpose !== 'string') throw malformed('statusPurpose');
  if (typeof statusListIndex !== 'string' || !/^\d{1,100}$/.test(statusListIndex)) {
    throw malformed('statusListIndex');
  }
  if (!isUrl(statusListCredential)) throw malformed('statusListCredential');
  if (id !== undefined && (!isUrl(id) || id === statusListCredential)) throw malformed('id');
  if (
    !Number.isSafeInteger(statusSize) ||
    Number(statusSize) < 1 ||
    Number(statusSize) > MAX_SIZE
  ) {
    throw malformed('statusSize');
  }
  const size = Number(statusSize);
  checkMessages(entry, size);
  const { statusReference } = entry;
  if (statusReference !== undefined && !asArray<JsonValue>(statusReference).every(isUrl)) {
    throw malformed('statusReference');
  }
  return {
    purpose: statusPurpose,
    index: BigInt(statusListIndex),
    size,
    listUrl: statusListCredential,
  };
}

/** One message for each value that the bits can have; of a single bit they may be left out. */
function checkMessages({ statusMessage }: JsonObject, size: number): void {
  if (statusMessage === undefined && size === 1) return;
  if (!Array.isArray(statusMessage) || statusMessage.length !== 2 ** size) {
    throw malformed('statusMessage');
  }
  if (!statusMessage.every(isMessage)) throw malformed('statusMessage');
}

function isMessage(one: JsonValue): boolean {
  return (
    isJsonObject(one) &&
    typeof one['message'] === 'string' &&
    typeof one['status'] === 'string' &&
    /^0x[0-9a-f]+$/i.test(one['status'])
  );
}

/**
 * The value of an entry of any size. Index 0 stands left-most, and so does the most significant bit of an entry.
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function readListedValue(
  bits: Uint8Array,
  { index, size }: Pick<ListEntry, 'index' | 'size'>,
): number {
  const start = index * BigInt(size);
  if (start + BigInt(size) > BigInt(bits.length) * 8n) {
    throw new VcError('RANGE_ERROR', 'The list has no such index');
  }
  const places = Array.from({ length: size }, (_, offset) => Number(start) + offset);
  return places.reduce((value, at) => {
    const byte = bits[at >>> 3] ?? 0;
    return value * 2 + ((byte >>> (7 - (at & 7))) & 1);
  }, 0);
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value);
}

function malformed(member: string): VcError {
  return new VcError('MALFORMED_VALUE_ERROR', `${member} of the status is not as it must be`);
}
