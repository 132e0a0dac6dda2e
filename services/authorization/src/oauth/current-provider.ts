import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { SigningKeySet, SigningKeyStore } from '../domain/ports.ts';
import { createProvider, type ProviderOptions } from './provider.ts';

export interface CurrentProvider {
  provider: Provider;
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export type LoadProvider = () => Promise<CurrentProvider>;

/**
 * The provider, made anew whenever another key signs, because it takes its keys once. What it remembers is in the
 * database, so a sign-in that began with the one before goes on with the next.
 */
export function createCurrentProvider(
  options: Omit<ProviderOptions, 'signingKey'> & { signingKeys: Pick<SigningKeyStore, 'load'> },
): LoadProvider {
  let made: (CurrentProvider & { signingKey: SigningKeySet['current'] }) | undefined;
  return async () => {
    const { current } = await options.signingKeys.load();
    if (made?.signingKey !== current) {
      const provider = createProvider({ ...options, signingKey: current });
      made = { signingKey: current, provider, handle: provider.callback() };
    }
    return made;
  };
}
