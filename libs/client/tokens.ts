import { createTokenSource, type TokenSource } from '#kit/token-source';
import { readAddress } from './address.ts';
import { ClientError, refusal } from './client-error.ts';
import type { FetchHttp } from './fetch-http.ts';
import { type PrivateJwk, readPrivateKey } from './private-key.ts';

export interface TokensOptions {
  tokenEndpoint: string;
  publicOrigin: string;
  clientId: string;
  privateKey: PrivateJwk;
  scope?: string;
}

export interface Tokens {
  /** @throws ClientError */
  get(): Promise<{ token: string /** whether it was given before */; isKept: boolean }>;
  /** That one is not given again. */
  forget(token: string): void;
}

/**
 * The access tokens of one client, each kept until shortly before it ends.
 * @throws ClientError INVALID_REQUEST for an address or a key that is none
 */
export function createTokens(options: TokensOptions, http: FetchHttp): Tokens {
  const newSource = sourcesOf(options, http);
  let source = newSource();
  let last: string | undefined;
  return {
    async get() {
      const token = await source().catch(throwClientError);
      // The error about a header that cannot be made would tell the token.
      if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new ClientError('SERVICE_UNAVAILABLE', 'The authorization service gave no token');
      }
      const isKept = token === last;
      last = token;
      return { token, isKept };
    },
    forget(token) {
      // Another call may have a new one already.
      if (token === last) source = newSource();
    },
  };
}

function sourcesOf(options: TokensOptions, http: FetchHttp): () => TokenSource {
  const { clientId, privateKey: jwk, publicOrigin, scope, tokenEndpoint } = options;
  const tokenUrl = readAddress('tokenEndpoint', tokenEndpoint).href;
  const key = readPrivateKey(jwk);
  return () =>
    createTokenSource({
      tokenUrl,
      audience: publicOrigin,
      clientId,
      ...key,
      ...(jwk.kid !== undefined && { keyId: jwk.kid }),
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

function throwClientError(error: unknown): never {
  if (error instanceof ClientError) throw error;
  const said = error instanceof Error ? error.message : 'The authorization service gave no token';
  throw new ClientError('SERVICE_UNAVAILABLE', said, { cause: error, status: 200 });
}
