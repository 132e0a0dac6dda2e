import { createPrivateKey, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createTokenSource } from '#kit/token-source';
import { ClientError, parseObject, refusal } from './client-error.ts';
import { createFetchHttp, type Fetch, type FetchHttp } from './fetch-http.ts';
import { type Repeatable, type RetryOptions, withRetries } from './with-retries.ts';

/** An Ed25519 or P-256 private key (RFC 7517, RFC 8037), as the client was registered with. */
export interface PrivateJwk {
  kty: string;
  crv?: string;
  kid?: string;
  [member: string]: unknown;
}

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
  const token = tokenSourceOf(options, http);

  const send = (method: 'GET' | 'POST' | 'DELETE', url: string, call: Call) => {
    const { body, idempotencyKey = randomUUID(), isPublic = false, repeatable = 'always' } = call;
    const hasKey = method === 'POST' && idempotencyKey !== null;
    return withRetries(
      async () => {
        const answer = await http.send(method, url, {
          accept: 'application/json',
          headers: {
            ...(!isPublic && { authorization: `Bearer ${await token()}` }),
            ...(hasKey && { 'idempotency-key': idempotencyKey }),
          },
          ...(body !== undefined && {
            body: JSON.stringify(body),
            contentType: 'application/json',
          }),
        });
        if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
        return answer;
      },
      repeatable,
      retry,
    );
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

function tokenSourceOf(options: SenderOptions, http: FetchHttp) {
  const { clientId, privateKey: jwk, publicOrigin, scope, tokenEndpoint } = options;
  return createTokenSource({
    tokenUrl: tokenEndpoint,
    audience: publicOrigin,
    clientId,
    privateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
    ...(jwk.kid !== undefined && { keyId: jwk.kid }),
    algorithm: jwk.kty === 'EC' ? 'ES256' : 'EdDSA',
    ...(scope !== undefined && { scope }),
    http: {
      send: async (method, url, request) => {
        const answer = await http.send(method, url, request);
        if (answer.status !== 200) throw refusal(answer);
        return answer;
      },
    },
    clock: Date.now,
  });
}
