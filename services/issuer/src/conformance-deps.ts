import { createHash } from 'node:crypto';
import { didKey, didKeyMethod, publicKeyMultibaseOf } from '#did/keys';
import { createCanonicalize } from '#json-ld/canonicalize';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { knownContext } from '#json-ld/document-loader';
import { readSecretFile } from '#kit/config';
import { refuseWhereTrustsAreRegistered } from '#kit/conformance';
import type { HttpClient } from '#kit/http-client';
import { createEd25519Signer, generateEd25519Key, privateKeyFromJwk } from '#proofs/signer';
import type { Clock } from '#vc/clock';
import type { IssuerConfig } from './config.ts';
import {
  type AnyIssuerDeps,
  createAnyIssuer,
  type IssueAnyCredential,
} from './domain/conformance/issue-any-credential.ts';

export interface ConformanceDepsOptions {
  config: Pick<
    IssuerConfig,
    'profile' | 'trustRegistryUrl' | 'conformanceKeyFile' | 'conformanceSuite'
  >;
  http: HttpClient;
  signatures: Pick<AnyIssuerDeps, 'record'>;
  clock: Clock;
  logger: { warn: (fields: { event: string; issuer: string }, message: string) => void };
}

/**
 * What the profile for public test suites needs; undefined in production. Its DID is in the log.
 * @throws Error as refuseWhereTrustsAreRegistered
 */
export async function createConformanceDeps(
  options: ConformanceDepsOptions,
): Promise<IssueAnyCredential | undefined> {
  const { config, http, signatures, clock, logger } = options;
  if (config.profile !== 'conformance') return undefined;
  await refuseWhereTrustsAreRegistered(http, config.trustRegistryUrl);
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
  return createAnyIssuer({
    did,
    signer: createEd25519Signer({ id: didKeyMethod(multibase), privateKey }),
    suite: config.conformanceSuite,
    canonicalize: createCanonicalize({ extraContexts }),
    isKnownContext: (url) => knownContext(url) !== undefined || Object.hasOwn(extraContexts, url),
    clock,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    record: signatures.record,
  });
}
