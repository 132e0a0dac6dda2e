import { createHash } from 'node:crypto';
import type { HttpClient, SendOptions } from '#kit/http-client';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { FetchedList, FetchStatusList, StatusList } from './domain/ports.ts';

const KIB = 1024;
const TIMEOUT_MS = 3_000;

interface Served {
  mediaType: string;
  read: (body: Uint8Array) => unknown;
}

const SERVED: Record<StatusList['kind'], Served> = {
  bitstring: { mediaType: 'application/vc', read: (body) => parseStrictJson(body) },
  // a compact JWS: what is not ASCII is refused when it is read
  token: {
    mediaType: 'application/statuslist+jwt',
    read: (body) => Buffer.from(body).toString('latin1'),
  },
};

/** Fetches a status list: 200, of the media type of its kind, at most 1 MB, within 3 s, no redirect. */
export function createStatusListFetcher(http: HttpClient, timeoutMs = TIMEOUT_MS): FetchStatusList {
  return async (url, kind) => {
    const { mediaType } = SERVED[kind];
    const options: SendOptions = { accept: mediaType, maxBytes: 1024 * KIB, timeoutMs };
    try {
      const { body, headers, status } = await http.get(url, options);
      const answered = String(headers['content-type']).split(';')[0]?.trim();
      if (status !== 200 || answered !== mediaType) {
        throw new Error(`answered ${status} with ${answered ?? 'no type'}`);
      }
      return readServed(kind, body);
    } catch (cause) {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'The status list could not be fetched', {
        cause,
      });
    }
  };
}

/** A list in the bytes in which it is served. @throws VcError PARSING_ERROR */
export function readServed(kind: StatusList['kind'], body: Uint8Array): FetchedList {
  return { document: SERVED[kind].read(body), digest: digestOf(body) };
}

/** In which a list of a kind is served. */
export function mediaTypeOf(kind: StatusList['kind']): string {
  return SERVED[kind].mediaType;
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
