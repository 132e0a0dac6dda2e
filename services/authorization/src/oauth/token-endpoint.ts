import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SigningKeySet, SigningKeyStore } from '../domain/ports.ts';
import { createProvider, type ProviderOptions } from './provider.ts';

export type TokenEndpoint = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The provider's request handler, made anew whenever another key signs: the provider takes its keys once. */
export function createTokenEndpoint(
  options: Omit<ProviderOptions, 'signingKey'> & { signingKeys: Pick<SigningKeyStore, 'load'> },
): TokenEndpoint {
  let made: { signingKey: SigningKeySet['current']; handle: TokenEndpoint } | undefined;
  return async (request, response) => {
    const { current } = await options.signingKeys.load();
    if (made?.signingKey !== current) {
      const provider = createProvider({ ...options, signingKey: current });
      made = { signingKey: current, handle: provider.callback() };
    }
    await made.handle(request, response);
  };
}
