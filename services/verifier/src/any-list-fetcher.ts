import type { HttpClient } from '#kit/http-client';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { ConformancePorts } from './domain/conformance/ports.ts';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 3_000;
const MAX_AT_ONCE = 32;
const ACCEPT = 'application/vc, application/ld+json, application/json';
const JSON_TYPE = /^application\/(?:vc|(?:[\w.+-]+\+)?json)$/;

/**
 * Fetches a status list of anybody, as whatever JSON it is sent: 200, at most 1 MB, within 3 s, no redirect. Who asks
 * for one that is on its way gets that one; more than 32 on their way at once are not fetched.
 */
export function createAnyListFetcher(http: HttpClient): ConformancePorts['fetchList'] {
  const onTheWay = new Map<string, Promise<JsonObject>>();
  return async (url) => {
    try {
      const shared = onTheWay.get(url);
      if (shared) return await shared;
      if (onTheWay.size >= MAX_AT_ONCE) throw new Error('Too many lists are on their way');
      const list = fetchList(http, url).finally(() => onTheWay.delete(url));
      onTheWay.set(url, list);
      return await list;
    } catch (cause) {
      const message = 'The status list could not be fetched';
      throw new VcError('STATUS_RETRIEVAL_ERROR', message, { cause });
    }
  };
}

async function fetchList(http: HttpClient, url: string): Promise<JsonObject> {
  const options = { accept: ACCEPT, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS };
  const { body, headers, status } = await http.get(url, options);
  const mediaType = String(headers['content-type']).split(';')[0]?.trim() ?? '';
  if (status !== 200 || !JSON_TYPE.test(mediaType)) {
    throw new Error(`answered ${status} with ${mediaType}`);
  }
  const document = parseStrictJson(body);
  if (!isJsonObject(document)) throw new Error('answered what is no object');
  return document;
}
