import { createHash } from 'node:crypto';
import type { HttpClient, SendOptions } from '#kit/http-client';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { FetchStatusList } from './domain/ports.ts';

const KIB = 1024;
const TIMEOUT_MS = 3_000;
const LIST: SendOptions = { accept: 'application/vc', maxBytes: 1024 * KIB };

/** Fetches a status list credential: 200, `application/vc`, at most 1 MB, within 3 s, no redirect. */
export function createStatusListFetcher(http: HttpClient, timeoutMs = TIMEOUT_MS): FetchStatusList {
  return async (url) => {
    try {
      const { body, headers, status } = await http.get(url, { ...LIST, timeoutMs });
      const mediaType = String(headers['content-type']).split(';')[0]?.trim();
      if (status !== 200 || mediaType !== 'application/vc') {
        throw new Error(`answered ${status} with ${mediaType ?? 'no type'}`);
      }
      return { document: parseStrictJson(body), digest: digestOf(body) };
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
