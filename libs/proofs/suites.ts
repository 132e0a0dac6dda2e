import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {
  asArray,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
} from '#vc/data-model';
import { hasSuiteContext, type ProofSuite } from './known-suites.ts';
import type { Signer } from './signer.ts';
import type { Transform } from './transform.ts';

export type { ProofSuite } from './known-suites.ts';

export interface SuiteOptions {
  transform: Transform;
  signer?: Signer | undefined;
  /** dateTimeStamp */
  created?: string | undefined;
  /** members that a new proof starts with */
  proof?: JsonObject | undefined;
}

/** The library's Ed25519Signature2020, canonicalizing through our seam. */
export function createEd25519Signature2020(options: SuiteOptions): Ed25519Signature2020 {
  const { transform, signer, created, proof } = options;
  const suite = new Ed25519Signature2020({
    ...(signer && { signer }),
    ...(created !== undefined && { date: created }),
    ...(proof && { proof }),
  });
  suite.canonize = (document) => transform(document as JsonObject);
  return suite;
}

/** The library's DataIntegrityProof with eddsa-rdfc-2022, canonicalizing through our seam. */
export function createEddsaRdfc2022(options: SuiteOptions): DataIntegrityProof {
  const { transform, signer, created, proof } = options;
  const ourCryptosuite = {
    name: cryptosuite.name,
    requiredAlgorithm: cryptosuite.requiredAlgorithm,
    canonize: transform,
    // Signatures are verified with kept keys in verify-proofs.ts: the library never imports one.
    createVerifier: () => Promise.reject(new Error('not used')),
  };
  const suite = new DataIntegrityProof({
    cryptosuite: ourCryptosuite,
    ...(signer && { signer }),
    ...(created !== undefined && { date: created }),
  });
  if (proof !== undefined) {
    suite.proof = proof;
  }
  return suite;
}

/** Makes either suite. */
export function createSuite(
  name: ProofSuite,
  options: SuiteOptions,
): Ed25519Signature2020 | DataIntegrityProof {
  return name === 'Ed25519Signature2020'
    ? createEd25519Signature2020(options)
    : createEddsaRdfc2022(options);
}

/** The contexts of a document with those that the suites need, in the order in which they are named. */
export function contextsFor(suites: readonly ProofSuite[], document: JsonObject): string[] {
  const missing = suites.filter((name) => !hasSuiteContext(name, document));
  const added = missing.map((name) =>
    name === 'Ed25519Signature2020' ? ED25519_2020_CONTEXT : DATA_INTEGRITY_V2_CONTEXT,
  );
  return [...asArray(document['@context'] as string[]), ...added];
}
