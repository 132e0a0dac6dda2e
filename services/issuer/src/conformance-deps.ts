import { createHash, randomInt } from 'node:crypto';
import { didKey, didKeyMethod, publicKeyMultibaseOf } from '#did/keys';
import { createCanonicalize } from '#json-ld/canonicalize';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { knownContext } from '#json-ld/document-loader';
import { createResourceCheck, readKnownResources } from '#json-ld/known-resources';
import { readSecretFile } from '#kit/config';
import { refuseWhereTrustsAreRegistered, type TrustWatch } from '#kit/conformance';
import type { HttpClient } from '#kit/http-client';
import { createEd25519Signer, generateEd25519Key, privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import type { IssuerConfig } from './config.ts';
import {
  type AnyIssuer,
  type AnyIssuerDeps,
  createAnyIssuer,
} from './domain/conformance/issue-any-credential.ts';
import { createTestLists } from './domain/conformance/test-lists.ts';

export interface ConformanceDepsOptions {
  config: Pick<
    IssuerConfig,
    | 'profile'
    | 'publicOrigin'
    | 'trustRegistryUrl'
    | 'conformanceKeyFile'
    | 'conformanceSuite'
    | 'conformanceListsUrl'
  >;
  http: HttpClient;
  signatures: Pick<AnyIssuerDeps, 'record'>;
  clock: Clock;
  logger: { warn(fields: Record<string, unknown>, message: string): void };
}

/**
 * What the profile for public test suites needs; undefined in production. Its DID is in the log.
 * @throws Error as refuseWhereTrustsAreRegistered
 */
export async function createConformanceDeps(
  options: ConformanceDepsOptions,
): Promise<(AnyIssuer & { trusts: TrustWatch }) | undefined> {
  const { config, http, signatures, clock, logger } = options;
  if (config.profile !== 'conformance') return undefined;
  const { trustRegistryUrl } = config;
  const trusts = await refuseWhereTrustsAreRegistered({
    http,
    trustRegistryUrl,
    clock,
    onWaiting: (fields) => logger.warn(fields, 'the start waits'),
  });
  const privateKey =
    config.conformanceKeyFile === undefined
      ? generateEd25519Key().privateKey
      : privateKeyFromJwk(JSON.parse(readSecretFile(config.conformanceKeyFile)));
  const multibase = publicKeyMultibaseOf(privateKey);
  const did = didKey(multibase);
  logger.warn(
    { event: 'profile.conformance', issuer: did },
    'anybody may have anything signed by a key that no registry knows: for test suites only',
  );
  const extraContexts = readConformanceContexts();
  const canonicalize = createCanonicalize({ extraContexts, inlineContexts: true });
  const signer = createEd25519Signer({ id: didKeyMethod(multibase), privateKey });
  const issuer = createAnyIssuer({
    did,
    signer,
    suite: config.conformanceSuite,
    canonicalize,
    isKnownContext: (url) => knownContext(url) !== undefined || Object.hasOwn(extraContexts, url),
    checkResources: createResourceCheck(readKnownResources()),
    clock,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    record: signatures.record,
    lists: createTestLists({
      baseUrl: config.conformanceListsUrl ?? config.publicOrigin,
      did,
      signer,
      canonicalize,
      clock,
      random: (limit) => randomInt(limit),
    }),
  });
  return { ...issuer, trusts };
}
