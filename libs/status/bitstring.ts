import { crc32, gzipSync, inflateRawSync } from 'node:zlib';
import { VcError } from '#vc/error';

/** Bitstring Status List 1.0 §3.1: fewer entries would single people out. */
export const MINIMUM_ENTRIES = 131_072;

/** 2^26 entries, the most that the working group suggests. */
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

const GZIP_TRAILER_BYTES = 8;
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNKNOWN = 255;

export interface DecodeBitstringOptions {
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
 * The bitstring of an `encodedList` (Bitstring Status List 1.0 §3.3). Each list has one spelling: exactly one gzip
 * member, canonical base64url, nothing behind it. Decompression stops at `maxBytes`.
 * @throws VcError STATUS_LIST_LENGTH_ERROR for fewer than `minEntries`, else STATUS_VERIFICATION_ERROR
 */
export function decodeBitstring(
  encodedList: unknown,
  { minEntries = MINIMUM_ENTRIES, maxBytes = DEFAULT_MAX_BYTES }: DecodeBitstringOptions = {},
): Uint8Array {
  const bits = gunzipOneMember(decodeMultibase(encodedList, maxBytes), maxBytes);
  if (bits.length * 8 < minEntries) {
    throw new VcError(
      'STATUS_LIST_LENGTH_ERROR',
      `A status list has at least ${minEntries} entries; this one has ${bits.length * 8}`,
    );
  }
  return bits;
}

function decodeMultibase(encodedList: unknown, maxBytes: number): Buffer {
  if (typeof encodedList !== 'string' || !/^u[\w-]+$/.test(encodedList)) {
    throw malformed('is not multibase base64url without padding');
  }
  // Deflate grows incompressible input by far less than half: a longer text cannot be an honest list.
  if (encodedList.length > 2 * maxBytes + 64) throw malformed('is longer than allowed');
  const compressed = Buffer.from(encodedList.slice(1), 'base64url');
  if (compressed.toString('base64url') !== encodedList.slice(1)) {
    throw malformed('is not canonical base64url');
  }
  return compressed;
}

/**
 * Node's gunzip joins several members and ignores what follows the last one, so the member is read by hand:
 * header, one raw deflate stream, checksum and length, and then the end.
 */
function gunzipOneMember(member: Buffer, maxBytes: number): Buffer {
  const start = gzipHeaderLength(member);
  const { buffer, consumed } = inflate(member.subarray(start), maxBytes);
  const trailer = member.subarray(start + consumed);
  if (trailer.length !== GZIP_TRAILER_BYTES) {
    throw malformed('is not exactly one gzip member');
  }
  if (trailer.readUInt32LE(0) !== crc32(buffer) || trailer.readUInt32LE(4) !== buffer.length) {
    throw malformed('has a wrong gzip checksum');
  }
  return buffer;
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

function inflate(deflated: Buffer, maxBytes: number): { buffer: Buffer; consumed: number } {
  try {
    const answer: unknown = inflateRawSync(deflated, { maxOutputLength: maxBytes, info: true });
    // With `info` Node answers the engine too, which knows where the stream ended; its types do not say so.
    const { buffer, engine } = answer as { buffer: Buffer; engine: { bytesWritten: number } };
    return { buffer, consumed: engine.bytesWritten };
  } catch (cause) {
    throw malformed('cannot be decompressed within its limit', cause);
  }
}

function malformed(what: string, cause?: unknown): VcError {
  return new VcError('STATUS_VERIFICATION_ERROR', `The status list's encodedList ${what}`, {
    cause,
  });
}

/**
 * The bit at an index. Bitstring Status List: index 0 is the left-most (most significant) bit of the first byte.
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function readBit(bits: Uint8Array, index: number): boolean {
  const byte = byteAt(bits, index);
  return (byte & maskOf(index)) !== 0;
}

/**
 * Sets or clears the bit at an index, in place.
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function setBit(bits: Uint8Array, index: number, value = true): void {
  const byte = byteAt(bits, index);
  bits[index >>> 3] = value ? byte | maskOf(index) : byte & ~maskOf(index);
}

function byteAt(bits: Uint8Array, index: number): number {
  // an index beyond 2^32 must not wrap around into the list
  const inside = Number.isSafeInteger(index) && index >= 0 && index < bits.length * 8;
  const byte = inside ? bits[Math.floor(index / 8)] : undefined;
  if (byte === undefined) {
    throw new VcError('RANGE_ERROR', 'The status list has no entry at this index');
  }
  return byte;
}

function maskOf(index: number): number {
  return 0x80 >>> (index % 8);
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
