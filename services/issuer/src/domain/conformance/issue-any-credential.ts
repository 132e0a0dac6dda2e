import type { Canonicalize } from '#json-ld/canonicalize';
import { signCredential } from '#proofs/add-proof';
import type { Signer } from '#proofs/signer';
import type { ProofSuite } from '#proofs/suites';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { asArray, type Credential, isJsonObject, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { checkRules } from '#vc/vcdm-rules';
import { refusal } from '../credential-request.ts';
import type { IssueRequest } from '../parse-credential.ts';

export interface AnyIssuerDeps {
  /** did:key, which no registry knows */
  did: string;
  signer: Signer;
  suite: ProofSuite;
  /** over the pinned contexts and those of the W3C's examples */
  canonicalize: Canonicalize;
  isKnownContext: (url: string) => boolean;
  clock: Clock;
  sha256: (text: string) => string;
  /** commits that it was signed, before it leaves */
  record: (signed: { digest: string; at: number }) => Promise<void>;
}

/** Signs whatever the specifications allow, for public test suites. */
export type IssueAnyCredential = (request: IssueRequest) => Promise<JsonObject>;

/**
 * The issuer of the profile for public test suites. It throws VcError MALFORMED_VALUE_ERROR, CONTEXT_NOT_ALLOWED,
 * ISSUER_MISMATCH, UNKNOWN_OPTION_PROVIDED, and what signing throws.
 */
export function createAnyIssuer(deps: AnyIssuerDeps): IssueAnyCredential {
  const { did, signer, suite, canonicalize, clock } = deps;
  return async ({ credential: given, options = {} }) => {
    if (options.mandatoryPointers !== undefined) {
      const detail = 'is for selective disclosure';
      throw refusal('UNKNOWN_OPTION_PROVIDED', [{ pointer: '/options/mandatoryPointers', detail }]);
    }
    const { credentialId } = options;
    const credential = {
      ...(credentialId !== undefined && { id: credentialId }),
      ...given,
      issuer: issuerOf(given['issuer'], did),
    } as unknown as Credential;
    checkCredential(credential, deps);
    const now = clock();
    const created = toDateTimeStamp(now);
    const signed = await signCredential({
      credential,
      signer,
      suites: [suite],
      created,
      canonicalize,
    });
    await deps.record({ digest: deps.sha256(JSON.stringify(signed)), at: now });
    return signed;
  };
}

/** Left out it is added; another one's name is refused. */
function issuerOf(issuer: unknown, did: string): string | JsonObject {
  if (issuer === undefined || issuer === did) return did;
  if (isJsonObject(issuer) && (issuer['id'] === undefined || issuer['id'] === did)) {
    return { ...issuer, id: did };
  }
  throw refusal('ISSUER_MISMATCH', [{ pointer: '/credential/issuer', detail: `must be ${did}` }]);
}

function checkCredential(credential: Credential, { isKnownContext }: AnyIssuerDeps): void {
  const broken = checkRules(credential, { kind: 'credential' });
  if (broken !== undefined) {
    const { detail, pointer = '' } = broken;
    throw refusal(broken.code, [{ pointer: `/credential${pointer}`, detail }]);
  }
  if (credential['proof'] !== undefined) {
    const detail = 'is made here: leave it out';
    throw refusal('MALFORMED_VALUE_ERROR', [{ pointer: '/credential/proof', detail }]);
  }
  const at = asArray<unknown>(credential['@context']).findIndex(
    (url) => typeof url !== 'string' || !isKnownContext(url),
  );
  if (at < 0) return;
  const errors = [{ pointer: `/credential/@context/${at}`, detail: 'is not a known context' }];
  throw new VcError('CONTEXT_NOT_ALLOWED', 'Only pinned contexts are used', { errors });
}
