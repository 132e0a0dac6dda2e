import { randomUUID } from 'node:crypto';
import type { Caller, TokenVerifier } from './auth.ts';

export interface TestTokens {
  verifyToken: TokenVerifier;
  /** an `authorization` header of a caller with these rights */
  bearer(caller: { odsCode?: string; clientId?: string; scopes: string[] }): {
    authorization: string;
  };
}

/**
 * Tokens for route tests: the guard of the routes stays on, only the authorization server's signature is left out
 * (its own tests, and the end-to-end tests, use the real one).
 */
export function createTestTokens(): TestTokens {
  const callers = new Map<string, Caller>();
  return {
    async verifyToken(token) {
      const caller = callers.get(token);
      if (caller === undefined) throw new Error('not a token of this test');
      return caller;
    },
    bearer({ odsCode, clientId = `client-${odsCode ?? 'none'}`, scopes }) {
      const token = randomUUID();
      callers.set(token, { clientId, odsCode, scopes: new Set(scopes) });
      return { authorization: `Bearer ${token}` };
    },
  };
}
