import { createHash } from 'node:crypto';
import type { HttpAnswer, HttpClient, SendOptions } from '#kit/http-client';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { FetchStatusList } from './domain/ports.ts';

const KIB = 1024;
const TIMEOUT_MS = 3_000;
const LIST: SendOptions = {
  accept: 'application/vc',
  maxBytes: 1024 * KIB,
  timeoutMs: TIMEOUT_MS,
};
const DID_DOCUMENT: SendOptions = {
  accept: 'application/did+ld+json, application/did+json, application/json',
  maxBytes: 64 * KIB,
  timeoutMs: TIMEOUT_MS,
};

/** Fetches a status list credential: 200, `application/vc`, at most 1 MB, within 3 s, no redirect. */
export function createStatusListFetcher(http: HttpClient): FetchStatusList {
  return async (url) => {
    try {
      const { body, headers, status } = await http.get(url, LIST);
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

/** Fetches a DID document: 200, at most 64 kB, within 3 s, no redirect. */
export function createDidDocumentFetcher(http: HttpClient): (url: string) => Promise<unknown> {
  return async (url) => {
    const { status, body }: HttpAnswer = await http.get(url, DID_DOCUMENT);
    if (status !== 200) throw new VcError('SERVICE_UNAVAILABLE', `${url} answered ${status}`);
    return parseStrictJson(body);
  };
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
