import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpAnswer } from '#kit/http-client';
import { ClientError, parseObject, refusal } from './client-error.ts';
import { createFetchHttp, type Fetch } from './fetch-http.ts';
import type { PrivateJwk } from './private-key.ts';
import { createTokens } from './tokens.ts';
import { type Repeatable, type RetryOptions, withRetries } from './with-retries.ts';

export interface SenderOptions {
  /** of the authorization service: `<its address>/token` */
  tokenEndpoint: string;
  /** the cell's `PUBLIC_ORIGIN`: whom the client's assertions are for */
  publicOrigin: string;
  clientId: string;
  privateKey: PrivateJwk;
  /** left out: all that the client may */
  scope?: string;
  /** milliseconds for one exchange; left out: 30,000 */
  timeoutMs?: number;
  retry?: Partial<RetryOptions>;
  /** left out: Node's own */
  fetch?: Fetch;
}

export interface Call {
  body?: unknown;
  /** of a POST, the same however often it is sent; left out: a new one; null: none, for what is not a write */
  idempotencyKey?: string | null;
  repeatable?: Repeatable;
  /** for what anybody may ask */
  isPublic?: boolean;
}

export interface Sender {
  /** @throws ClientError */
  get<T>(url: string, call?: Pick<Call, 'isPublic'>): Promise<T>;
  /** @throws ClientError */
  post<T>(url: string, call: Call): Promise<T>;
  /** @throws ClientError */
  remove(url: string): Promise<void>;
}

const RETRY: RetryOptions = {
  attempts: 4,
  backOffMs: 300,
  longestWaitMs: 30_000,
  wait,
  random: Math.random,
};

/** Calls with the client's token, which is kept until shortly before it ends. */
export function createSender(options: SenderOptions): Sender {
  const retry = { ...RETRY, ...options.retry };
  const http = createFetchHttp(options.fetch ?? globalThis.fetch, options.timeoutMs);
  const tokens = createTokens(options, http);

  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, call: Call) => {
    const { idempotencyKey = randomUUID(), isPublic = false, repeatable = 'always' } = call;
    const hasKey = method === 'POST' && idempotencyKey !== null;
    if (hasKey) checkIdempotencyKey(idempotencyKey);
    const body = textOf(call.body);
    const exchange = (token: string | undefined) =>
      http.send(method, url, {
        accept: 'application/json',
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(hasKey && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body, contentType: 'application/json' }),
      });
    const once = async () => {
      if (isPublic) return exchange(undefined);
      const { token, isKept } = await tokens.get();
      const answer = await exchange(token);
      if (answer.status !== 401 || !isKept) return answer;
      // It may have been withdrawn since. Nothing was done, and a new one tells.
      tokens.forget(token);
      return exchange((await tokens.get()).token);
    };
    return withRetries(async () => orRefusal(await once()), repeatable, retry);
  };
  const sendForJson = async <T>(method: 'GET' | 'POST', url: string, call: Call): Promise<T> => {
    const { status, body } = await send(method, url, call);
    const value = parseObject(body);
    if (value === undefined) {
      const said = `${new URL(url).host} answered something that is no JSON object`;
      throw new ClientError('SERVICE_UNAVAILABLE', said, { status });
    }
    return value as T;
  };
  return {
    get: (url, call = {}) => sendForJson('GET', url, call),
    post: (url, call) => sendForJson('POST', url, call),
    async remove(url) {
      await send('DELETE', url, {});
    },
  };
}

function orRefusal(answer: HttpAnswer): HttpAnswer {
  if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
  return answer;
}

/** @throws ClientError PARSING_ERROR for what JSON has no form for */
function textOf(body: unknown): string | undefined {
  try {
    return body === undefined ? undefined : JSON.stringify(body);
  } catch (cause) {
    throw new ClientError('PARSING_ERROR', 'The request cannot be written as JSON', { cause });
  }
}

// As the services take it. What no header may hold would never be sent, and be tried again and again.
function checkIdempotencyKey(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return;
  const said = 'An idempotency key is 1 to 255 visible ASCII characters';
  throw new ClientError('IDEMPOTENCY_KEY_INVALID', said);
}
