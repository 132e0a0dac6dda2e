import type { InputType, ZlibOptions } from 'node:zlib';
import { VcError } from '#vc/error';

/**
 * The bytes of base64url without padding, in its one canonical spelling.
 * @param maxBytes what the bytes may decompress to: a text that no honest list of that size needs is not decoded
 * @throws VcError STATUS_VERIFICATION_ERROR
 */
export function decodeCanonicalBase64url(text: string, maxBytes: number): Buffer {
  if (!/^[\w-]+$/.test(text)) throw malformed('is not base64url without padding');
  // Deflate grows incompressible input by far less than half: a longer text cannot be an honest list.
  if (text.length > 2 * maxBytes + 64) throw malformed('is longer than allowed');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw malformed('is not canonical base64url');
  return bytes;
}

/**
 * Decompresses one stream and says how many bytes of the input it took. Stops at `maxBytes`.
 * @param decompress `inflateSync` or `inflateRawSync`
 * @throws VcError STATUS_VERIFICATION_ERROR
 */
export function decompressOne(
  decompress: (input: InputType, options: ZlibOptions) => unknown,
  input: Buffer,
  maxBytes: number,
): { bytes: Buffer; consumed: number } {
  try {
    const answer = decompress(input, { maxOutputLength: maxBytes, info: true });
    // With `info` Node answers the engine too, which knows where the stream ended; its types do not say so.
    const { buffer, engine } = answer as { buffer: Buffer; engine: { bytesWritten: number } };
    return { bytes: buffer, consumed: engine.bytesWritten };
  } catch (cause) {
    throw malformed('cannot be decompressed within its limit', cause);
  }
}

/** @throws VcError STATUS_LIST_LENGTH_ERROR */
export function checkEntries(entries: number, minEntries: number): void {
  if (entries < minEntries) {
    throw new VcError(
      'STATUS_LIST_LENGTH_ERROR',
      `A status list has at least ${minEntries} entries; this one has ${entries}`,
    );
  }
}

/** The error of a list that cannot be read. */
export function malformed(what: string, cause?: unknown): VcError {
  return new VcError('STATUS_VERIFICATION_ERROR', `The status list ${what}`, { cause });
}

/**
 * @returns the byte that an entry stands in
 * @throws VcError RANGE_ERROR when the list has no such index
 */
export function byteOfEntry(bytes: Uint8Array, index: number, entriesPerByte: number): number {
  // an index beyond 2^32 must not wrap around into the list
  const isInside =
    Number.isSafeInteger(index) && index >= 0 && index < bytes.length * entriesPerByte;
  if (!isInside) {
    throw new VcError('RANGE_ERROR', 'The status list has no entry at this index');
  }
  return Math.floor(index / entriesPerByte);
}
