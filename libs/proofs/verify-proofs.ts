import type { ResolvedMethod, ResolveVerificationMethod } from '#did/resolver';
import { algorithmOf, type KeyAlgorithm } from '#did/verification-key';
import {
  CREDENTIAL_LIMITS,
  canonicalize as canonicalizeDocument,
  type Canonicalize,
  type CanonicalizeLimits,
  PRESENTATION_LIMITS,
} from '#json-ld/canonicalize';
import { canonicalizeJson as canonicalizeDocumentJson } from '#json-ld/canonicalize-json';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { withOffset } from '#vc/date-time';
import { type Problem, VcError } from '#vc/error';
import { type KnownSuite, SUITES, suiteOf } from './known-suites.ts';
import { type NamedProofs, namedProofsOf } from './proof-chain.ts';
import { checkProof, type Finding, failed, type ProofExpectations } from './proof-checks.ts';
import { readProofValue } from './proof-value.ts';
import { createTransform, type Transform } from './transform.ts';
import { createVerifyData } from './verify-data.ts';
import { hashOf, isSignedBy } from './verify-signature.ts';

export interface VerifyProofsOptions {
  /** with its `proof` */
  document: JsonObject;
  purpose: 'assertionMethod' | 'authentication';
  /** what a presentation's proof must be over; undefined: not checked */
  challenge?: string | undefined;
  /** what a presentation's proof must be for; undefined: not checked */
  domain?: string | undefined;
  resolveVerificationMethod: ResolveVerificationMethod;
  /** milliseconds since the epoch */
  now: number;
  /** those of a credential or, for authentication, of a presentation unless given */
  limits?: CanonicalizeLimits | undefined;
  signal?: AbortSignal | undefined;
  /** whether a proof without `created` fails; it does unless this is false */
  createdRequired?: boolean | undefined;
  /** to canonical RDF */
  canonicalize?: Canonicalize | undefined;
  /** to canonical JSON */
  canonicalizeJson?: Canonicalize | undefined;
}

/** What was found about one entry of `proof`. */
export interface ProofResult {
  proof: JsonObject;
  verified: boolean;
  /** set once the key was resolved for the purpose */
  verificationMethod?: string;
  controller?: string;
  publicKeyMultibase?: string;
  /** dateTimeStamp, as the proof says; UTC where it leaves the offset out */
  created?: string;
  problems: Problem[];
}

export interface ProofsResult {
  verified: boolean;
  /** one for each entry of `proof`, in its order */
  proofs: ProofResult[];
  /** everything that was found, also what belongs to no single proof */
  problems: Problem[];
}

interface Verification extends ProofExpectations {
  document: JsonObject;
  transformOf: (suite: KnownSuite, algorithm: KeyAlgorithm) => Transform;
  resolve: (didUrl: string) => Promise<ResolvedMethod>;
}

const MAX_PROOFS = 8;

/**
 * Verifies every proof of a document (Data Integrity 1.0 §4.4 and §4.5). The set is good only when each entry of
 * `proof` is; a chained proof is verified over the document and the proofs it names. Who the controller should be
 * is for the caller to say.
 * @returns findings, never an exception, for whatever is in the document. A key whose DID document could not be
 * fetched is found as DID_NOT_FOUND: about such a proof nothing is known
 * @throws VcError SERVICE_UNAVAILABLE when there are too many large documents to look at this one
 */
export async function verifyProofs(options: VerifyProofsOptions): Promise<ProofsResult> {
  const { proof: secured, ...document } = options.document;
  const entries = asArray<JsonValue>(secured);
  if (entries.length === 0) {
    return refused({ code: 'PROOF_MISSING', detail: 'The document has no proof', pointer: '' });
  }
  if (entries.length > MAX_PROOFS) {
    const detail = `A document has at most ${MAX_PROOFS} proofs`;
    return refused({ code: 'TOO_COMPLEX', detail, pointer: '/proof' });
  }
  const named = namedProofsOf(entries);
  const verification = verificationOf(options, document, named);
  const proofs = await Promise.all(
    entries.map((entry, index) => {
      const pointer = Array.isArray(secured) ? `/proof/${index}` : '/proof';
      return verifyEntry(entry, named[index], pointer, verification);
    }),
  );
  return {
    verified: proofs.every(({ verified }) => verified),
    proofs,
    problems: proofs.flatMap(({ problems }) => problems),
  };
}

function verificationOf(
  options: VerifyProofsOptions,
  document: JsonObject,
  named: readonly NamedProofs[],
): Verification {
  const { purpose, challenge, domain, now, signal, createdRequired = true } = options;
  const usual = purpose === 'authentication' ? presentationLimits(named) : CREDENTIAL_LIMITS;
  const { limits = usual } = options;
  return {
    purpose,
    challenge,
    domain,
    now,
    createdRequired,
    document,
    transformOf: createTransforms(options, { limits, signal }),
    resolve: (didUrl) => options.resolveVerificationMethod(didUrl, purpose),
  };
}

/** A presentation is canonicalized once more for each chained proof: they share what it may cost. */
function presentationLimits(named: readonly NamedProofs[]): CanonicalizeLimits {
  const forms = 1 + named.filter((others = []) => others.length > 0).length;
  const { depth, ...shared } = PRESENTATION_LIMITS;
  const shares = Object.entries(shared).map(([name, limit]) => [name, Math.floor(limit / forms)]);
  return { ...(Object.fromEntries(shares) as typeof shared), depth };
}

async function verifyEntry(
  entry: JsonValue,
  named: NamedProofs,
  pointer: string,
  verification: Verification,
): Promise<ProofResult> {
  if (!isJsonObject(entry)) {
    const problem = { ...failed('The proof is not an object'), pointer };
    return { proof: {}, verified: false, problems: [problem] };
  }
  const { created } = entry;
  const result: ProofResult = { proof: entry, verified: false, problems: [] };
  if (typeof created === 'string') {
    result.created = withOffset(created);
  }
  const findings = checkProof(entry, verification.document, verification);
  if (findings.length > 0) {
    result.problems = findings.map((finding) => ({ ...finding, pointer }));
    return result;
  }
  try {
    const method = await resolveMethod(entry, verification);
    result.verificationMethod = method.id;
    result.controller = method.controller;
    result.publicKeyMultibase = method.publicKeyMultibase;
    result.problems = (await checkSignature(entry, named, method, verification)).map((finding) => ({
      ...finding,
      pointer,
    }));
    result.verified = result.problems.length === 0;
  } catch (error) {
    result.problems = problemsOf(error, pointer);
  }
  return result;
}

function resolveMethod(proof: JsonObject, { resolve }: Verification): Promise<ResolvedMethod> {
  const { verificationMethod } = proof;
  if (typeof verificationMethod !== 'string') {
    throw new VcError('INVALID_VERIFICATION_METHOD', 'The proof names no verification method');
  }
  return resolve(verificationMethod);
}

/** The transform of a suite with a key. Each canonical form of a document is computed once. */
function createTransforms(
  options: VerifyProofsOptions,
  common: { limits: CanonicalizeLimits; signal: AbortSignal | undefined },
): Verification['transformOf'] {
  const { canonicalize = canonicalizeDocument } = options;
  const { canonicalizeJson = canonicalizeDocumentJson } = options;
  const json = createTransform(canonicalizeJson, common);
  const rdf = {
    sha256: createTransform(canonicalize, common),
    sha384: createTransform(canonicalize, { ...common, hashAlgorithm: 'sha384' }),
  };
  return (suite, algorithm) =>
    SUITES[suite].canonicalForm === 'json' ? json : rdf[hashOf(algorithm)];
}

async function checkSignature(
  proof: JsonObject,
  named: NamedProofs,
  { publicKey }: ResolvedMethod,
  { document, transformOf }: Verification,
): Promise<Finding[]> {
  const suite = suiteOf(proof);
  const value = suite && readProofValue(suite, proof);
  if (suite === undefined || value === undefined) {
    return [failed('The proof value is not a signature as the suite spells it')];
  }
  if (named === undefined) {
    return [failed('The proof names proofs that the document does not have once, or itself')];
  }
  const algorithm = algorithmOf(publicKey);
  if (algorithm === undefined || !SUITES[suite].keys.includes(algorithm)) {
    return [failed(`The key is not one of ${SUITES[suite].keys.join(' or ')}, as the suite needs`)];
  }
  const verifyData = await createVerifyData({
    suite,
    proof,
    document: named.length === 0 ? document : { ...document, proof: named },
    transform: transformOf(suite, algorithm),
    hash: hashOf(algorithm),
  });
  const signed = Buffer.concat([value.prefix, verifyData]);
  return isSignedBy(publicKey, signed, value.signature)
    ? []
    : [failed('The signature does not fit the document')];
}

function problemsOf(error: unknown, pointer: string): Problem[] {
  // That there was no time to look says nothing of the document.
  if (!(error instanceof VcError) || error.code === 'SERVICE_UNAVAILABLE') {
    throw error;
  }
  const { code, message, errors } = error;
  if (errors.length === 0) {
    return [{ code, detail: message, pointer }];
  }
  return errors.map((location) => ({ code, ...location }));
}

function refused(problem: Problem): ProofsResult {
  return { verified: false, proofs: [], problems: [problem] };
}
