import { crc32, gzipSync, inflateRawSync } from 'node:zlib';
import { VcError } from '#vc/error';
import {
  byteOfEntry,
  checkEntries,
  decodeCanonicalBase64url,
  decompressOne,
  malformed,
} from './deflated-text.ts';

/** Bitstring Status List 1.0 §3.2, whatever an entry's size: fewer entries would single people out. */
export const MINIMUM_ENTRIES = 131_072;

/** Bits of an entry: `statusSize` (Bitstring Status List 1.0 §2.1). */
export type StatusSize = 1 | 2;

/** 2^26 entries, the most that the working group suggests. */
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

const GZIP_TRAILER_BYTES = 8;
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNKNOWN = 255;

export interface DecodeBitstringOptions {
  /** bits of an entry; 1 unless the list says otherwise */
  statusSize?: StatusSize;
  /** the fewest entries a list may have */
  minEntries?: number;
  /** the most bytes it may decompress to */
  maxBytes?: number;
}

/**
 * `encodedList` of a bitstring: GZIP (RFC 1952), then multibase base64url without padding.
 * The header carries no time and no operating system, so that equal bits give equal text.
 */
export function encodeBitstring(bits: Uint8Array): string {
  const compressed = gzipSync(bits);
  compressed[GZIP_OS_BYTE] = GZIP_OS_UNKNOWN;
  return `u${compressed.toString('base64url')}`;
}

/**
 * The bitstring of an `encodedList` (Bitstring Status List 1.0 §3.4). Each list has one spelling: exactly one gzip
 * member, canonical base64url, nothing behind it. Decompression stops at `maxBytes`.
 * @throws VcError STATUS_LIST_LENGTH_ERROR for fewer than `minEntries`, else STATUS_VERIFICATION_ERROR
 */
export function decodeBitstring(
  encodedList: unknown,
  {
    statusSize = 1,
    minEntries = MINIMUM_ENTRIES,
    maxBytes = DEFAULT_MAX_BYTES,
  }: DecodeBitstringOptions = {},
): Uint8Array {
  // Multibase: `u` is base64url without padding.
  if (typeof encodedList !== 'string' || !encodedList.startsWith('u')) {
    throw malformed('is not multibase base64url');
  }
  const member = decodeCanonicalBase64url(encodedList.slice(1), maxBytes);
  const bits = gunzipOneMember(member, maxBytes);
  checkEntries((bits.length * 8) / statusSize, minEntries);
  return bits;
}

/**
 * Node's gunzip joins several members and ignores what follows the last one, so the member is read by hand:
 * header, one raw deflate stream, checksum and length, and then the end.
 */
function gunzipOneMember(member: Buffer, maxBytes: number): Buffer {
  const start = gzipHeaderLength(member);
  const { bytes, consumed } = decompressOne(inflateRawSync, member.subarray(start), maxBytes);
  const trailer = member.subarray(start + consumed);
  if (trailer.length !== GZIP_TRAILER_BYTES) {
    throw malformed('is not exactly one gzip member');
  }
  if (trailer.readUInt32LE(0) !== crc32(bytes) || trailer.readUInt32LE(4) !== bytes.length) {
    throw malformed('has a wrong gzip checksum');
  }
  return bytes;
}

/** RFC 1952 §2.3: the fixed ten bytes, then the optional parts that the flags announce. */
function gzipHeaderLength(member: Buffer): number {
  const [id1, id2, method, flags = 0] = member;
  if (member.length < 18 || id1 !== 0x1f || id2 !== 0x8b || method !== 8 || flags > 0b11111) {
    throw malformed('is not gzip');
  }
  let offset = 10;
  if (flags & 0b100) offset += 2 + (member[offset] ?? 0) + 256 * (member[offset + 1] ?? 0);
  for (const flag of [0b1000, 0b10000]) {
    if (flags & flag) offset = endOfText(member, offset);
  }
  if (flags & 0b10) offset += 2;
  if (offset > member.length - GZIP_TRAILER_BYTES) throw malformed('is truncated');
  return offset;
}

function endOfText(member: Buffer, offset: number): number {
  const end = member.indexOf(0, offset);
  if (end === -1) throw malformed('is truncated');
  return end + 1;
}

/**
 * The value of an entry: its bits begin at `index * statusSize` from the left (Bitstring Status List 1.0 §3.3), the
 * left-most of them being the most significant one.
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function readEntry(bits: Uint8Array, index: number, statusSize: StatusSize): number {
  const at = byteOfEntry(bits, index, 8 / statusSize);
  return ((bits[at] as number) >>> shiftOf(index, statusSize)) & maskOf(statusSize);
}

/**
 * Sets an entry, in place.
 * @throws VcError RANGE_ERROR when the list has no such index or an entry no such value
 */
export function setEntry(
  bits: Uint8Array,
  index: number,
  value: number,
  statusSize: StatusSize,
): void {
  const at = byteOfEntry(bits, index, 8 / statusSize);
  const mask = maskOf(statusSize);
  if ((value & mask) !== value) {
    throw new VcError('RANGE_ERROR', `An entry of ${statusSize} bits has no value ${value}`);
  }
  const shift = shiftOf(index, statusSize);
  bits[at] = ((bits[at] as number) & ~(mask << shift)) | (value << shift);
}

/** The bit of a list of single bits. @throws VcError RANGE_ERROR when the list has no such index */
export function readBit(bits: Uint8Array, index: number): boolean {
  return readEntry(bits, index, 1) === 1;
}

/** Sets or clears the bit of a list of single bits, in place. @throws VcError RANGE_ERROR as readBit */
export function setBit(bits: Uint8Array, index: number, value = true): void {
  setEntry(bits, index, value ? 1 : 0, 1);
}

// Index 0 stands left-most, where a byte's most significant bits are.
function shiftOf(index: number, statusSize: StatusSize): number {
  const perByte = 8 / statusSize;
  return (perByte - 1 - (index % perByte)) * statusSize;
}

function maskOf(statusSize: StatusSize): number {
  return 2 ** statusSize - 1;
}

/**
 * `statusListIndex` of an entry: a whole number from 0, as canonical decimal text or as a JSON number.
 * @throws VcError RANGE_ERROR for anything else ("007", 1.5, -1, 2^53)
 */
export function parseStatusListIndex(value: unknown): number {
  const text = typeof value === 'number' ? String(value) : value;
  const index = typeof text === 'string' && /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : -1;
  if (index < 0 || !Number.isSafeInteger(index)) {
    throw new VcError('RANGE_ERROR', 'A statusListIndex is a whole number from 0');
  }
  return index;
}
