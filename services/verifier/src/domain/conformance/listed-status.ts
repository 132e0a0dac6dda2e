import { decodeBitstring, MINIMUM_ENTRIES } from '#status/bitstring';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { checkRules } from '#vc/vcdm-rules';
import { unreliable } from '../parsed-list.ts';
import { checkAssertion } from './assertion.ts';
import { checkKnownContexts } from './known-contexts.ts';
import { checkPeriod } from './period.ts';
import type { ConformancePorts } from './ports.ts';

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
 * The value of an entry in its list, which is fetched and verified as a credential of its own (Bitstring Status List
 * 1.0 §3.2). Lists of anybody are read: any issuer, contexts that are known, any period, and nothing is kept.
 * @throws VcError STATUS_RETRIEVAL_ERROR, STATUS_VERIFICATION_ERROR, STATUS_LIST_LENGTH_ERROR or RANGE_ERROR
 */
export async function readListedStatus(
  { index, listUrl, purpose, size }: ListEntry,
  ports: ConformancePorts,
): Promise<number> {
  const document = await ports.fetchList(listUrl);
  await checkListCredential(document, listUrl, ports);
  const { credentialSubject: subject, type } = document;
  if (!asArray(type).includes('BitstringStatusListCredential')) throw unreliable('is no list');
  if (!isJsonObject(subject) || subject['type'] !== 'BitstringStatusList') {
    throw unreliable('holds no bitstring');
  }
  if (!asArray(subject['statusPurpose']).includes(purpose)) throw unreliable('has another purpose');
  const minEntries = MINIMUM_ENTRIES * size;
  return readBits(decodeBitstring(subject['encodedList'], { minEntries }), index, size);
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

/** Index 0 stands left-most, and so does the most significant bit of an entry. */
function readBits(bits: Uint8Array, index: bigint, size: number): number {
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
