import { type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { HttpClient } from './http-client.ts';

/** A client's way to access tokens: `private_key_jwt` (RFC 7523), kept until shortly before they end. */
export type TokenSource = () => Promise<string>;

export interface TokenSourceOptions {
  tokenUrl: string;
  /** `aud` of the client assertion: the authorization server's issuer, PUBLIC_ORIGIN */
  audience: string;
  clientId: string;
  privateKey: KeyObject;
  keyId?: string;
  algorithm?: 'EdDSA' | 'ES256';
  /** left out: all that the client may */
  scope?: string;
  http: Pick<HttpClient, 'send'>;
  clock: Clock;
}

/** @throws VcError SERVICE_UNAVAILABLE when no token can be had */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  let kept: { token: string; until: number } | undefined;
  let pending: Promise<string> | undefined;
  const renew = async () => {
    const { token, expiresInMs } = await requestToken(options);
    kept = { token, until: options.clock() + expiresInMs - 30_000 };
    return token;
  };
  return () => {
    if (kept !== undefined && options.clock() < kept.until) return Promise.resolve(kept.token);
    pending ??= renew().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function requestToken(options: TokenSourceOptions) {
  const seconds = Math.floor(options.clock() / 1000);
  const header = {
    alg: options.algorithm ?? 'EdDSA',
    ...(options.keyId && { kid: options.keyId }),
  };
  const assertion = await new SignJWT()
    .setProtectedHeader(header)
    .setIssuer(options.clientId)
    .setSubject(options.clientId)
    .setAudience(options.audience)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(options.privateKey);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(options.scope !== undefined && { scope: options.scope }),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const { status, body } = await options.http.send('POST', options.tokenUrl, {
    body: form.toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
  const answer = status === 200 ? parseJson(body.toString()) : undefined;
  if (!isTokenAnswer(answer)) {
    throw new VcError('SERVICE_UNAVAILABLE', `The authorization server gave no token (${status})`);
  }
  return { token: answer.access_token, expiresInMs: answer.expires_in * 1000 };
}

function isTokenAnswer(answer: unknown): answer is { access_token: string; expires_in: number } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'access_token' in answer &&
    typeof answer.access_token === 'string' &&
    'expires_in' in answer &&
    typeof answer.expires_in === 'number'
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
