import { createHash } from 'node:crypto';
import type { HttpClient, SendOptions } from '#kit/http-client';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { FetchStatusList, StatusList } from './domain/ports.ts';

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
    const { mediaType, read } = SERVED[kind];
    const options: SendOptions = { accept: mediaType, maxBytes: 1024 * KIB, timeoutMs };
    try {
      const { body, headers, status } = await http.get(url, options);
      const answered = String(headers['content-type']).split(';')[0]?.trim();
      if (status !== 200 || answered !== mediaType) {
        throw new Error(`answered ${status} with ${answered ?? 'no type'}`);
      }
      return { document: read(body), digest: digestOf(body) };
    } catch (cause) {
      throw new VcError('STATUS_RETRIEVAL_ERROR', 'The status list could not be fetched', {
        cause,
      });
    }
  };
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
