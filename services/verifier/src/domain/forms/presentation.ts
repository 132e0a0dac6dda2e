import type { ProofsResult } from '#proofs/verify-proofs';
import type { JsonValue } from '#vc/data-model';
import type { Finding } from '../report.ts';
import type { SignatureOptions, Submitted } from './credential.ts';

/** What a proof of a presentation was made over and for. */
export interface Audience {
  challenge: JsonValue | undefined;
  domains: readonly JsonValue[];
}

/** What a presentation says of itself whatever its form, and what its form alone can check. */
export interface ShapedPresentation {
  /** DID, which has shown nothing yet */
  holder: string;
  /** each with its pointer */
  credentials: { credential: Submitted; pointer: string }[];
  /** one for each proof */
  proofs: Audience[];
  checkContext: () => Finding;
  verifyProofs: (options: SignatureOptions) => Promise<ProofsResult>;
  locate: (pointer: string) => string;
}

export interface ReadPresentation {
  /** whether it is built as its form wants it */
  found: Finding;
  /** there once `found` is a pass */
  presentation?: ShapedPresentation;
}
