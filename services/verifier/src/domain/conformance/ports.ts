import type { ResolveVerificationMethod } from '#did/resolver';
import type { Canonicalize } from '#json-ld/canonicalize';
import type { Clock } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import type { VerifiedCredential } from '../verify-credential.ts';
import type { VerifiedPresentation } from '../verify-presentation.ts';

/** What verifying for public test suites needs: no registry, no challenges of ours. */
export interface ConformancePorts {
  /** of DIDs that are their own documents */
  resolveVerificationMethod: ResolveVerificationMethod;
  /** over the pinned contexts and those of the W3C's examples */
  canonicalize: Canonicalize;
  /** the same of JSON as it is, for suites over that */
  canonicalizeJson: Canonicalize;
  isKnownContext: (url: string) => boolean;
  /** of a resource that is known here, whether a digest is one of it */
  checkResources: (credential: JsonObject) => Problem | undefined;
  /** a status list of anybody, as it is now; @throws VcError STATUS_RETRIEVAL_ERROR */
  fetchList: (url: string) => Promise<JsonObject>;
  clock: Clock;
}

/** What VCALM's result is made of. */
export type JudgedCredential = Pick<
  VerifiedCredential,
  'input' | 'overall' | 'checks' | 'stated' | 'proofs' | 'statuses'
>;

export interface JudgedPresentation
  extends Pick<VerifiedPresentation, 'overall' | 'checks' | 'proofs' | 'statedHolder'> {
  credentials: JudgedCredential[];
}
