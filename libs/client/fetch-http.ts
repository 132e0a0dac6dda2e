import type { HttpClient } from '#kit/http-client';
import { ClientError } from './client-error.ts';

export type Fetch = typeof globalThis.fetch;

/** HTTP through `fetch`, which every Node has: bounded in time and size, and following no redirect. */
export type FetchHttp = Pick<HttpClient, 'get' | 'send'>;

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 8 * 1024 * 1024;

/** @param timeoutMs for a whole exchange, unless a call says otherwise */
export function createFetchHttp(fetch: Fetch, timeoutMs: number = TIMEOUT_MS): FetchHttp {
  const send: FetchHttp['send'] = async (method, url, options = {}) => {
    const { accept, body, contentType, headers, maxBytes = MAX_BYTES } = options;
    try {
      const response = await fetch(url, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs ?? timeoutMs),
        headers: {
          ...(accept !== undefined && { accept }),
          ...(contentType !== undefined && { 'content-type': contentType }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await readBounded(response, maxBytes),
      };
    } catch (cause) {
      if (cause instanceof ClientError) throw cause;
      throw new ClientError('SERVICE_UNAVAILABLE', `${hostOf(url)} did not answer`, { cause });
    }
  };
  return { send, get: (url, options) => send('GET', url, options) };
}

async function readBounded({ body, status }: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ClientError('SERVICE_UNAVAILABLE', 'The answer is larger than allowed', { status });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function hostOf(url: string | URL): string {
  return URL.canParse(String(url)) ? new URL(url).host : 'An address that is no URL';
}
