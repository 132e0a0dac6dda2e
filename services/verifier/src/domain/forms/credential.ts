import type { ResolveVerificationMethod } from '#did/resolver';
import type { ProofsResult } from '#proofs/verify-proofs';
import type { CredentialFormat } from '#vc/credential-form';
import type { JsonObject, JsonValue } from '#vc/data-model';
import type { Finding } from '../report.ts';

/** As it was submitted: JSON-LD, or the compact text of a JWT or an SD-JWT, perhaps in an envelope. */
export type Submitted = JsonObject | string;

export interface SignatureOptions {
  resolveVerificationMethod: ResolveVerificationMethod;
  /** milliseconds */
  now: number;
}

/** An entry that says where the status stands, with its pointer. */
export interface StatusReference {
  entry: JsonValue;
  pointer: string;
}

/** What a credential says of itself, in the words of VCDM 2.0 whatever its form, and what its form alone can check. */
export interface ShapedCredential {
  format: CredentialFormat;
  id: string;
  /** of the catalogue */
  type: string;
  /** DID */
  issuer: string;
  subjectId: string;
  /** milliseconds */
  validFrom: number;
  validUntil: number | undefined;
  /** the same and the schema as they are written, for VCALM's results */
  stated: { validFrom: string; validUntil: string | undefined; schemas: JsonObject[] };
  status: { kind: 'bitstring' | 'token'; entries: StatusReference[] };
  /** that its words have the one meaning that they have here */
  checkContext: () => Finding;
  verifyProofs: (options: SignatureOptions) => Promise<ProofsResult>;
  checkSchema: () => Finding;
  /** where in what was submitted stands what VCDM 2.0 has at a pointer */
  locate: (pointer: string) => string;
}

export interface ReadCredential {
  input: Submitted;
  /** null: none that is known here */
  format: CredentialFormat | null;
  /** also of one that is not well built: whether two are alike is asked of those too */
  id: string | undefined;
  /** whether it is built as its form wants it */
  found: Finding;
  /** there once `found` is a pass */
  credential?: ShapedCredential;
}
