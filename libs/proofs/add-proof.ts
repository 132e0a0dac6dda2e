import { issue, signPresentation as signWithLibrary } from '@digitalbazaar/vc';
import {
  CREDENTIAL_LIMITS,
  canonicalize as canonicalizeDocument,
  type Canonicalize,
  PRESENTATION_LIMITS,
} from '#json-ld/canonicalize';
import { createDocumentLoader } from '#json-ld/document-loader';
import {
  asArray,
  type Credential,
  isJsonObject,
  type JsonObject,
  type Presentation,
  type VerifiableCredential,
  type VerifiablePresentation,
} from '#vc/data-model';
import { VcError } from '#vc/error';
import { hasSuiteContext, type ProofSuite } from './known-suites.ts';
import type { Signer } from './signer.ts';
import { contextsFor, createEddsaRdfc2022, createSuite } from './suites.ts';
import { createTransform } from './transform.ts';

export interface SigningOptions {
  signer: Signer;
  /** dateTimeStamp, the time of issue */
  created: string;
  canonicalize?: Canonicalize | undefined;
}

export interface SignCredentialOptions extends SigningOptions {
  credential: Credential;
  /** one proof each; several make a proof set */
  suites: readonly ProofSuite[];
  /** ids of the proofs, in the order of suites; a proof that a chain is to name needs one (`urn:uuid:`) */
  proofIds?: readonly string[] | undefined;
}

export interface SignPresentationOptions extends SigningOptions {
  presentation: Presentation;
  suite: ProofSuite;
  challenge: string;
  domain?: string | undefined;
}

export interface ChainProofOptions extends SigningOptions {
  document: JsonObject;
  /** ids of proofs of the document, all of which the new proof covers */
  previousProof: string | readonly string[];
  proofId?: string | undefined;
}

// The suites canonicalize through our seam and load nothing: this one is there to refuse if that ever changes.
const documentLoader = createDocumentLoader();

/**
 * Adds a proof per suite to a copy of the credential. Contexts that a suite needs are added before any signing,
 * so that every proof of a set covers the same document.
 * @throws VcError PROOF_GENERATION_ERROR, or what canonicalize throws
 */
export function signCredential(options: SignCredentialOptions): Promise<VerifiableCredential> {
  const { credential, signer, suites, created, proofIds = [] } = options;
  const transform = transformOf(options, CREDENTIAL_LIMITS);
  return generating(async () => {
    if (suites.length === 0) {
      throw new VcError('PROOF_GENERATION_ERROR', 'A credential is signed with one suite at least');
    }
    const signed: Credential = structuredClone(credential);
    signed['@context'] = contextsFor(suites, signed);
    for (const [index, name] of suites.entries()) {
      const proof = withId(proofIds[index]);
      const suite = createSuite(name, { transform, signer, created, proof });
      await issue({ credential: signed, suite, documentLoader, now: created });
    }
    return signed as VerifiableCredential;
  });
}

/**
 * Adds the holder's proof (`authentication`, over challenge and domain) to a copy of the presentation.
 * @throws VcError PROOF_GENERATION_ERROR, or what canonicalize throws
 */
export function signPresentation(
  options: SignPresentationOptions,
): Promise<VerifiablePresentation> {
  const { presentation, signer, created, challenge, domain } = options;
  const transform = transformOf(options, PRESENTATION_LIMITS);
  return generating(async () => {
    const signed: Presentation = structuredClone(presentation);
    signed['@context'] = contextsFor([options.suite], signed);
    const suite = createSuite(options.suite, { transform, signer, created });
    const audience = { challenge, ...(domain !== undefined && { domain }) };
    await signWithLibrary({ presentation: signed, suite, documentLoader, ...audience });
    return signed as VerifiablePresentation;
  });
}

/**
 * Adds to a copy of a secured document a DataIntegrityProof that covers it together with proofs it already has
 * (Data Integrity 1.0 §4.2, proof chains).
 * @throws VcError PROOF_GENERATION_ERROR, or what canonicalize throws
 */
export function chainProof(options: ChainProofOptions): Promise<JsonObject> {
  const { document, signer, created, previousProof, proofId } = options;
  const transform = transformOf(options, CREDENTIAL_LIMITS);
  return generating(async () => {
    const { proof: secured, ...unsecured } = structuredClone(document);
    const names = asArray(previousProof);
    const proofs = asArray(secured).filter(isJsonObject);
    const named = proofs.filter(({ id }) => typeof id === 'string' && names.includes(id));
    if (names.length === 0 || named.length !== names.length) {
      throw new VcError('PROOF_GENERATION_ERROR', 'A chain names proofs that the document has');
    }
    if (!hasSuiteContext('eddsa-rdfc-2022', unsecured)) {
      throw new VcError('PROOF_GENERATION_ERROR', 'The document lacks the context of the chain');
    }
    const [only] = names;
    const start = { ...withId(proofId), previousProof: names.length === 1 ? only : names };
    const suite = createEddsaRdfc2022({ transform, signer, created, proof: start as JsonObject });
    const added = await suite.createProof({
      document: { ...unsecured, proof: named },
      purpose: { update: async (proof) => ({ ...proof, proofPurpose: 'assertionMethod' }) },
    });
    return { ...unsecured, proof: [...proofs, added as JsonObject] };
  });
}

function transformOf(options: SigningOptions, limits: typeof CREDENTIAL_LIMITS) {
  return createTransform(options.canonicalize ?? canonicalizeDocument, { limits });
}

function withId(id: string | undefined): JsonObject | undefined {
  return id === undefined ? undefined : { id };
}

async function generating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof VcError) {
      throw cause;
    }
    throw new VcError('PROOF_GENERATION_ERROR', 'The document could not be signed', { cause });
  }
}
