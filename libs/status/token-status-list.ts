import { constants, deflateSync, inflateSync } from 'node:zlib';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { MINIMUM_ENTRIES } from './bitstring.ts';
import {
  byteOfEntry,
  checkEntries,
  decodeCanonicalBase64url,
  decompressOne,
  malformed,
} from './deflated-text.ts';

// IETF Token Status List (draft-ietf-oauth-status-list-21), of two bits an entry only: our lists say that a
// credential is suspended, which does not fit into one.
const BITS = 2;
const ENTRIES_PER_BYTE = 8 / BITS;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** `typ` of the JWT that carries a list (§5.1). */
export const TOKEN_STATUS_LIST_TYPE = 'statuslist+jwt';

export interface DecodeTokenStatusListOptions {
  /** the fewest entries a list may have: for the same reason as in a bitstring, though the draft names no number */
  minEntries?: number;
  /** the most bytes it may decompress to */
  maxBytes?: number;
}

/** `lst` of a list's bytes: DEFLATE in the ZLIB format (RFC 1950), then base64url (§4.1, §4.2). */
export function encodeTokenStatusList(bytes: Uint8Array): string {
  return deflateSync(bytes, { level: constants.Z_BEST_COMPRESSION }).toString('base64url');
}

/**
 * The bytes of an `lst`. Each list has one spelling: one ZLIB stream, whose checksum fits, canonical base64url,
 * nothing behind it. Decompression stops at `maxBytes`.
 * @throws VcError STATUS_LIST_LENGTH_ERROR for fewer than `minEntries`, else STATUS_VERIFICATION_ERROR
 */
export function decodeTokenStatusList(
  lst: unknown,
  { minEntries = MINIMUM_ENTRIES, maxBytes = DEFAULT_MAX_BYTES }: DecodeTokenStatusListOptions = {},
): Uint8Array {
  if (typeof lst !== 'string') throw malformed('is not text');
  const stream = decodeCanonicalBase64url(lst, maxBytes);
  const { bytes, consumed } = decompressOne(inflateSync, stream, maxBytes);
  // Node ignores what follows the end of the stream.
  if (consumed !== stream.length) throw malformed('is not exactly one ZLIB stream');
  checkEntries(bytes.length * ENTRIES_PER_BYTE, minEntries);
  return bytes;
}

/**
 * The status at an index. A byte's entries begin at its least significant bits (§4.1): the other way round than in
 * a W3C bitstring.
 * @returns 0 to 3
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function readTokenStatus(bytes: Uint8Array, index: number): number {
  const at = byteOfEntry(bytes, index, ENTRIES_PER_BYTE);
  return ((bytes[at] as number) >>> shiftOf(index)) & 0b11;
}

/**
 * Sets the status at an index, in place.
 * @throws VcError RANGE_ERROR when the list has no such index, or for a value that is not 0 to 3
 */
export function setTokenStatus(bytes: Uint8Array, index: number, value: number): void {
  const at = byteOfEntry(bytes, index, ENTRIES_PER_BYTE);
  if ((value & 0b11) !== value) {
    throw new VcError('RANGE_ERROR', `A status of two bits has no value ${value}`);
  }
  bytes[at] = ((bytes[at] as number) & ~(0b11 << shiftOf(index))) | (value << shiftOf(index));
}

function shiftOf(index: number): number {
  return (index % ENTRIES_PER_BYTE) * BITS;
}

export interface TokenStatusPayloadOptions {
  listUrl: string;
  /** of `encodeTokenStatusList` */
  lst: string;
  /** milliseconds since the epoch */
  version: number;
  /** milliseconds that a fetched list may be kept */
  ttlMs: number;
  /** milliseconds from the version to the end of its validity */
  validForMs: number;
}

/**
 * The claims of a Status List Token (§5.1). `iat` and `exp` are whole seconds, as JWT libraries expect them; the
 * claim `version` says the time of issue to the millisecond, because two versions of one second must differ, or the
 * older one could be served in the newer one's place.
 */
export function tokenStatusPayload(options: TokenStatusPayloadOptions): JsonObject {
  const { listUrl, lst, version, ttlMs, validForMs } = options;
  return {
    sub: listUrl,
    iat: Math.floor(version / 1_000),
    exp: Math.floor((version + validForMs) / 1_000),
    // §5.1: a positive number
    ttl: Math.max(1, Math.floor(ttlMs / 1_000)),
    version,
    status_list: { bits: BITS, lst },
  };
}
