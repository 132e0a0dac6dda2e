import type { Logger } from 'pino';
import { createDidResolver } from '#did/resolver';
import { createCanonicalize } from '#json-ld/canonicalize';
import { createCanonicalizeJson } from '#json-ld/canonicalize-json';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { knownContext } from '#json-ld/document-loader';
import { createResourceCheck, readKnownResources } from '#json-ld/known-resources';
import { refuseWhereTrustsAreRegistered } from '#kit/conformance';
import type { HttpClient } from '#kit/http-client';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { VerifierConfig } from './config.ts';
import type { ConformancePorts } from './domain/conformance/ports.ts';
import { createAnyListFetcher } from './any-list-fetcher.ts';

export interface ConformanceDepsOptions {
  config: Pick<VerifierConfig, 'profile' | 'trustRegistryUrl'>;
  http: HttpClient;
  clock: Clock;
  logger: Logger;
}

/**
 * What the profile for public test suites needs; undefined in production.
 * @throws Error as refuseWhereTrustsAreRegistered
 */
export async function createConformanceDeps(
  options: ConformanceDepsOptions,
): Promise<ConformancePorts | undefined> {
  const { config, http, clock, logger } = options;
  if (config.profile !== 'conformance') return undefined;
  await refuseWhereTrustsAreRegistered(http, config.trustRegistryUrl);
  logger.warn(
    { event: 'profile.conformance' },
    'anybody may call, and no issuer is asked for its registration: for test suites only',
  );
  const { resolveVerificationMethod } = createDidResolver({
    fetchDocument: async () => {
      throw new VcError('DID_NOT_FOUND', 'Only DIDs that are their own documents are resolved');
    },
    now: clock,
  });
  const extraContexts = readConformanceContexts();
  const contexts = { extraContexts, inlineContexts: true };
  return {
    resolveVerificationMethod,
    canonicalize: createCanonicalize(contexts),
    canonicalizeJson: createCanonicalizeJson(contexts),
    isKnownContext: (url) => knownContext(url) !== undefined || Object.hasOwn(extraContexts, url),
    checkResources: createResourceCheck(readKnownResources()),
    fetchList: createAnyListFetcher(http),
    clock,
  };
}
