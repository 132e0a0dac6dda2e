import type { Logger } from 'pino';
import { createDidResolver } from '#did/resolver';
import { createCanonicalize } from '#json-ld/canonicalize';
import { createCanonicalizeJson } from '#json-ld/canonicalize-json';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { knownContext } from '#json-ld/document-loader';
import { createResourceCheck, readKnownResources } from '#json-ld/known-resources';
import { refuseWhereTrustsAreRegistered, type TrustWatch } from '#kit/conformance';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { VerifierConfig } from './config.ts';
import type { ConformancePorts } from './domain/conformance/ports.ts';
import { createAnyListFetcher } from './any-list-fetcher.ts';

export interface ConformanceDepsOptions {
  config: Pick<VerifierConfig, 'profile' | 'originMap' | 'trustRegistryUrl'>;
  http: HttpClient;
  clock: Clock;
  logger: Logger;
}

export interface ConformanceDeps extends ConformancePorts {
  trusts: TrustWatch;
  close(): Promise<void>;
}

/**
 * What the profile for public test suites needs; undefined in production.
 * @throws Error as refuseWhereTrustsAreRegistered
 */
export async function createConformanceDeps(
  options: ConformanceDepsOptions,
): Promise<ConformanceDeps | undefined> {
  const { config, http, clock, logger } = options;
  if (config.profile !== 'conformance') return undefined;
  const { originMap, trustRegistryUrl } = config;
  const trusts = await refuseWhereTrustsAreRegistered({
    http,
    trustRegistryUrl,
    clock,
    onWaiting: (fields) => logger.warn(fields, 'the start waits'),
  });
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
  // Anybody says where a list is: of what is inside only what ORIGIN_MAP names can be one, no service of ours.
  const outside = createHttpClient({ originMap });
  const extraContexts = readConformanceContexts();
  const contexts = { extraContexts, inlineContexts: true };
  return {
    resolveVerificationMethod,
    canonicalize: createCanonicalize(contexts),
    canonicalizeJson: createCanonicalizeJson(contexts),
    isKnownContext: (url) => knownContext(url) !== undefined || Object.hasOwn(extraContexts, url),
    checkResources: createResourceCheck(readKnownResources()),
    fetchList: createAnyListFetcher(outside),
    clock,
    trusts,
    async close() {
      trusts.close();
      await outside.close();
    },
  };
}
