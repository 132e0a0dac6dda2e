import { isOwnDocument } from '#did/identifiers';
import type { Canonicalize } from '#json-ld/canonicalize';
import { signCredential } from '#proofs/add-proof';
import type { Signer } from '#proofs/signer';
import type { ProofSuite } from '#proofs/suites';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import {
  asArray,
  type Credential,
  CREDENTIALS_V1_CONTEXT,
  isJsonObject,
  type JsonObject,
} from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import { checkRules } from '#vc/vcdm-rules';
import { refusal } from '../credential-request.ts';
import type { IssueRequest } from '../parse-credential.ts';
import { checkStatus, withStatus } from './status.ts';
import type { StatusUpdate, TestLists, TestPurpose } from './test-lists.ts';

export interface AnyIssuerDeps {
  /** did:key, which no registry knows */
  did: string;
  signer: Signer;
  suite: ProofSuite;
  /** over the pinned contexts and those of the W3C's examples */
  canonicalize: Canonicalize;
  isKnownContext: (url: string) => boolean;
  /** of a resource that is known here, whether a digest is one of it */
  checkResources: (credential: JsonObject) => Problem | undefined;
  clock: Clock;
  sha256: (text: string) => string;
  /** commits that it was signed, before it leaves */
  record: (signed: { digest: string; at: number }) => Promise<void>;
  lists: TestLists;
}

/** How one of several issuers of one key signs. */
export interface IssuingAs {
  suite: ProofSuite;
  /** the status entries that it adds */
  purposes: readonly TestPurpose[];
}

/** Signs whatever the specifications allow, for public test suites. */
export interface AnyIssuer {
  issue: (request: IssueRequest, as?: IssuingAs) => Promise<JsonObject>;
  updateStatus: (update: StatusUpdate) => void;
  /** @returns the JSON text of a status list as it is now */
  publishList: (purpose: TestPurpose) => Promise<string>;
}

/**
 * The issuer of the profile for public test suites. It throws VcError MALFORMED_VALUE_ERROR, CONTEXT_NOT_ALLOWED,
 * ISSUER_MISMATCH, UNKNOWN_OPTION_PROVIDED, and what signing throws.
 */
export function createAnyIssuer(deps: AnyIssuerDeps): AnyIssuer {
  const { did, signer, canonicalize, clock, lists } = deps;
  const usual: IssuingAs = { suite: deps.suite, purposes: [] };
  const record = (text: string) => deps.record({ digest: deps.sha256(text), at: clock() });

  const issue: AnyIssuer['issue'] = async ({ credential: given, options = {} }, as = usual) => {
    if (options.mandatoryPointers !== undefined) {
      const detail = 'is for selective disclosure';
      throw refusal('UNKNOWN_OPTION_PROVIDED', [{ pointer: '/options/mandatoryPointers', detail }]);
    }
    const { credentialId } = options;
    const now = clock();
    const created = toDateTimeStamp(now);
    const credential = {
      ...(credentialId !== undefined && { id: credentialId }),
      ...(isUndated(given) && { issuanceDate: created }),
      ...given,
      issuer: issuerOf(given['issuer'], did),
    } as unknown as Credential;
    checkCredential(credential, deps);
    const signed = await signCredential({
      credential: withStatus(credential, { credentialId, purposes: as.purposes, lists }),
      signer,
      suites: [as.suite],
      created,
      canonicalize,
    });
    await record(JSON.stringify(signed));
    return signed;
  };

  return {
    issue,
    updateStatus: (update) => lists.update(update),
    async publishList(purpose) {
      const text = await lists.publish(purpose);
      await record(text);
      return text;
    },
  };
}

/**
 * Left out it is added. Suites also name issuers of their own by any URL, which are signed as they are; but a DID that
 * is its own document says whose key signs, and that is ours.
 */
function issuerOf(issuer: unknown, did: string): unknown {
  if (issuer === undefined) return did;
  if (isJsonObject(issuer) && issuer['id'] === undefined) return { ...issuer, id: did };
  const id = isJsonObject(issuer) ? issuer['id'] : issuer;
  if (id === did || !isOwnDocument(id)) return issuer;
  throw refusal('ISSUER_MISMATCH', [{ pointer: '/credential/issuer', detail: `must be ${did}` }]);
}

/** VCDM 1.1 demands a date of issue, which only the issuer knows. */
function isUndated({ '@context': context, issuanceDate }: Record<string, unknown>): boolean {
  return issuanceDate === undefined && asArray(context)[0] === CREDENTIALS_V1_CONTEXT;
}

function checkCredential(credential: Credential, deps: AnyIssuerDeps): void {
  const { isKnownContext, checkResources } = deps;
  const broken = checkRules(credential, { kind: 'credential' }) ?? checkResources(credential);
  if (broken !== undefined) {
    const { detail, pointer = '' } = broken;
    throw refusal(broken.code, [{ pointer: `/credential${pointer}`, detail }]);
  }
  if (credential['proof'] !== undefined) {
    const detail = 'is made here: leave it out';
    throw refusal('MALFORMED_VALUE_ERROR', [{ pointer: '/credential/proof', detail }]);
  }
  checkStatus(credential);
  const at = asArray<unknown>(credential['@context']).findIndex(
    (context) => typeof context === 'string' && !isKnownContext(context),
  );
  if (at < 0) return;
  const errors = [{ pointer: `/credential/@context/${at}`, detail: 'is not a known context' }];
  throw new VcError('CONTEXT_NOT_ALLOWED', 'Only pinned contexts are used', { errors });
}
