import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { StackFile } from '../../deploy/local/hr-client.ts';

export interface Answer {
  status: number;
  contentType: string;
  /** exactly as they came */
  bytes: Buffer;
  text: string;
  json(): Record<string, unknown>;
}

export interface Request {
  method?: 'GET' | 'POST';
  /** sent as JSON; a string is sent as it is */
  body?: unknown;
  idempotencyKey?: string;
  /** default: the client's own */
  token?: string | undefined;
  timeoutMs?: number;
}

/** An outside program: what it knows of a stack is `stack.json`, what it uses is fetch and jose. */
export interface Client {
  token(): Promise<string>;
  /** @throws TypeError when there is no answer */
  send(service: string, path: string, request?: Request): Promise<Answer>;
}

export interface ClientOptions {
  clientId: string;
  privateKeyFile: string;
  /** milliseconds after which a new token is asked for, however long the old one is good; default 60,000 */
  tokenAge?: number;
}

type Stack = Pick<StackFile, 'services' | 'tokenEndpoint' | 'publicOrigin'>;

export function createClient(stack: Stack, options: ClientOptions): Client {
  let kept: { token: Promise<string>; until: number } | undefined;
  const token = () => {
    if (kept && performance.now() < kept.until) return kept.token;
    const asked = requestToken(stack, options);
    kept = { token: asked, until: performance.now() + (options.tokenAge ?? 60_000) };
    asked.catch(() => {
      kept = undefined;
    });
    return asked;
  };
  return {
    token,
    send: async (service, path, request = {}) =>
      sendRequest(`${stack.services[service]}${path}`, {
        ...request,
        token: request.token ?? (await token()),
      }),
  };
}

/** One request; without `token` it carries none. */
export async function sendRequest(url: string, request: Request): Promise<Answer> {
  const { body, token, idempotencyKey, timeoutMs = 30_000 } = request;
  const response = await fetch(url, {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString();
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, bytes, text, json: () => JSON.parse(text) };
}

async function requestToken(stack: Stack, client: ClientOptions): Promise<string> {
  const jwk = JSON.parse(readFileSync(client.privateKeyFile, 'utf8')) as { kid: string };
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(stack.publicOrigin)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(createPrivateKey({ key: jwk, format: 'jwk' }));
  const response = await fetch(stack.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { access_token: string }).access_token;
}
