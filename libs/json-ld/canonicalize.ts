import jsonld, { type RdfQuad } from 'jsonld';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { inTurn } from '#vc/in-turn';
import { shareActiveContexts } from './active-contexts.ts';
import type { CanonicalizeAnswer, CanonicalizeOrder } from './canonicalize-worker.ts';
import { checkDocument, type DocumentRules } from './check-document.ts';
import { countWork, type Work } from './count-work.ts';
import {
  createDocumentLoader,
  type DocumentLoader,
  knownContext,
  knownContextUrls,
} from './document-loader.ts';
import { nameScopedContexts } from './scoped-contexts.ts';
import { transformationError } from './transformation-error.ts';
import { createWorkerPool } from './worker-pool.ts';

/** How much one document may cost. All are counts. */
export interface CanonicalizeLimits {
  quads: number;
  blankNodes: number;
  /** looks at one blank node while telling alike ones apart (RDFC-1.0 §4.8), which can be made to take for ever */
  steps: number;
  /** pairs of values of one property of one node */
  comparisons: number;
  /** objects, types and contexts of the JSON, each of which may bring a context of its own */
  nodes: number;
  /** nesting of the JSON */
  depth: number;
}

/** For one credential. */
export const CREDENTIAL_LIMITS: CanonicalizeLimits = {
  quads: 2_000,
  blankNodes: 64,
  steps: 500,
  comparisons: 250_000,
  nodes: 500,
  depth: 32,
};

/** For a presentation with its credentials. */
export const PRESENTATION_LIMITS: CanonicalizeLimits = {
  quads: 10_000,
  blankNodes: 1_000,
  steps: 5_000,
  comparisons: 2_000_000,
  nodes: 2_000,
  depth: 40,
};

export interface CanonicalizeOptions {
  limits?: CanonicalizeLimits | undefined;
  signal?: AbortSignal | undefined;
  /** with which blank nodes are told apart (RDFC-1.0 §1.1); sha256 unless given */
  hashAlgorithm?: 'sha256' | 'sha384' | undefined;
}

/** From JSON-LD to canonical N-Quads: the one seam to JSON-LD and RDF, replaceable by a faster implementation. */
export type Canonicalize = (document: JsonObject, options?: CanonicalizeOptions) => Promise<string>;

export interface CanonicalizeDeps {
  /** further contexts by URL, for published test vectors only */
  extraContexts?: Readonly<Record<string, JsonObject>> | undefined;
  /** for public test suites only: contexts may stand in the document, where its sender says what terms mean */
  inlineContexts?: boolean | undefined;
}

// Most values become a quad; an object, an array, a context or the type of a literal becomes none.
const VALUES_PER_QUAD = 3;

/** What a document is held to before anything is made of it. */
export function documentRules(
  { quads, depth, nodes }: CanonicalizeLimits,
  isKnownContext: (url: string) => boolean,
): DocumentRules {
  const maxValues = quads * VALUES_PER_QUAD;
  return { maxDepth: depth, maxValues, maxNodes: nodes, isKnownContext };
}

/**
 * What is done on the thread that answers requests: every credential, and presentations of some sixteen. The worst
 * document within takes 30 ms (docs/decisions/0013).
 */
const HERE_LIMITS: CanonicalizeLimits = {
  ...CREDENTIAL_LIMITS,
  blankNodes: 200,
  steps: 1_000,
  depth: 40,
};

const sharing = shareActiveContexts();
const canonicalizeHere = createCanonicalize();
const pool = createWorkerPool<CanonicalizeOrder, CanonicalizeAnswer>({
  // Also where the sources became JavaScript.
  url: new URL(import.meta.url.replace(/canonicalize(\.[a-z]+)$/, 'canonicalize-worker$1')),
  size: 2,
  maxWaiting: 32,
  workMs: 200,
  // both together less than the 20 s after which a request is answered for
  waitingMs: 10_000,
  patienceMs: 5_000,
});

/**
 * Canonicalizes over the pinned contexts (RDFC-1.0, N-Quads sorted in code point order). What takes more than a
 * little work is done on another thread, within 250 ms of processor time.
 * @throws VcError TOO_COMPLEX, UNKNOWN_TERM, CONTEXT_NOT_ALLOWED, MALFORMED_VALUE_ERROR, PROOF_TRANSFORMATION_ERROR,
 * or SERVICE_UNAVAILABLE when too many such documents wait
 */
export const canonicalize: Canonicalize = async (document, options = {}) => {
  const { limits = CREDENTIAL_LIMITS, signal, ...others } = options;
  if (isWithin(limits, HERE_LIMITS)) return canonicalizeHere(document, options);
  checkDocument(document, documentRules(limits, isPinnedContext));
  try {
    return await canonicalizeHere(document, { ...options, limits: smaller(limits, HERE_LIMITS) });
  } catch (error) {
    if (!isTooComplex(error)) throw error;
  }
  const answer = await pool.run({ document, options: { ...others, limits } }, signal);
  if ('canonical' in answer) return answer.canonical;
  const { code, message, errors } = answer.refusal;
  throw new VcError(code, message, { errors });
};

function smaller(one: CanonicalizeLimits, other: CanonicalizeLimits): CanonicalizeLimits {
  const limits = { ...one };
  for (const key of Object.keys(one) as (keyof CanonicalizeLimits)[]) {
    limits[key] = Math.min(one[key], other[key]);
  }
  return limits;
}

function isWithin(one: CanonicalizeLimits, other: CanonicalizeLimits): boolean {
  return (Object.keys(one) as (keyof CanonicalizeLimits)[]).every((key) => one[key] <= other[key]);
}

function isTooComplex(error: unknown): boolean {
  return error instanceof VcError && error.code === 'TOO_COMPLEX';
}

function isPinnedContext(url: string): boolean {
  return knownContext(url) !== undefined;
}

/** Makes a `canonicalize` that knows further contexts than the pinned ones. */
export function createCanonicalize({
  extraContexts = {},
  inlineContexts = false,
}: CanonicalizeDeps = {}): Canonicalize {
  const documentLoader = createNamingLoader(extraContexts);
  const isKnownContext = (url: string): boolean =>
    knownContext(url) !== undefined || Object.hasOwn(extraContexts, url);
  // No base, so that no relative reference resolves; safe mode, so that nothing is dropped unsigned.
  const processing = {
    base: null,
    safe: true,
    rdfDirection: 'i18n-datatype',
    documentLoader,
  } as const;

  return async (document, options = {}) => {
    const { limits = CREDENTIAL_LIMITS, signal, hashAlgorithm = 'sha256' } = options;
    checkDocument(document, { ...documentRules(limits, isKnownContext), inlineContexts });
    await sharing;
    // Each document, so that other requests are heard between the credentials of a presentation.
    await inTurn();
    try {
      const expanded = await jsonld.expand(document, processing);
      checkWork(countWork(expanded), limits);
      const skipping = { ...processing, skipExpansion: true };
      checkSize(await jsonld.toRDF(expanded, skipping), limits);
      const canonizeOptions = {
        ...boundedBy(limits, signal),
        messageDigestAlgorithm: hashAlgorithm,
      };
      return await jsonld.canonize(expanded, { ...skipping, canonizeOptions });
    } catch (error) {
      throw transformationError(error, document);
    }
  };
}

// Documents may name only known contexts: what scoped ones are called is known to nobody but this loader.
function createNamingLoader(extraContexts: Readonly<Record<string, JsonObject>>): DocumentLoader {
  const { contexts, scoped } = nameScopedContexts([
    ...knownContextUrls().map((url): [string, JsonObject] => [url, knownContext(url) ?? {}]),
    ...Object.entries(extraContexts),
  ]);
  return createDocumentLoader({ contexts: new Map([...contexts, ...scoped]) });
}

/**
 * The lower half alone: canonicalizes a dataset written as N-Quads.
 * @returns the canonical N-Quads and the issued identifiers (RDFC-1.0 §4.2), both sides without `_:`
 * @throws VcError TOO_COMPLEX or PROOF_TRANSFORMATION_ERROR
 */
export async function canonicalizeNQuads(
  nquads: string,
  { limits = CREDENTIAL_LIMITS, hashAlgorithm = 'sha256', signal }: CanonicalizeOptions = {},
): Promise<{ canonical: string; blankNodeMap: Map<string, string> }> {
  const quads = nquads.split('\n').filter((line) => line.trim() !== '').length;
  // May count a label inside a literal as well: the bound errs on the safe side.
  const blankNodes = new Set(nquads.match(/_:\S+/g)).size;
  checkCounts(quads, blankNodes, limits);
  const bounded = boundedBy(limits, signal);
  const canonizeOptions = { ...bounded, messageDigestAlgorithm: hashAlgorithm };
  try {
    const inputFormat = 'application/n-quads';
    const canonical = await jsonld.canonize(nquads, { inputFormat, canonizeOptions });
    const pairs = [...bounded.canonicalIdMap].map(([from, to]): [string, string] => [
      bare(from),
      bare(to),
    ]);
    return { canonical, blankNodeMap: new Map(pairs) };
  } catch (error) {
    throw transformationError(error);
  }
}

/**
 * RDFC-1.0 asks for the canonical identifier of a blank node at every step of telling alike ones apart, also in
 * permutations that it then skips: rdf-canonize bounds its deep iterations only, and permutations of nodes that stand
 * in several graphs may never end.
 */
function boundedBy({ steps }: CanonicalizeLimits, signal: AbortSignal | undefined) {
  const canonicalIdMap = new Map<string, string>();
  let taken = 0;
  canonicalIdMap.has = (label) => {
    taken += 1;
    if (taken > steps) {
      throw new VcError('TOO_COMPLEX', 'Telling the blank nodes apart takes too much work');
    }
    return Map.prototype.has.call(canonicalIdMap, label);
  };
  return { canonicalIdMap, maxDeepIterations: Infinity, signal: signal ?? null };
}

function checkWork({ values, comparisons }: Work, limits: CanonicalizeLimits): void {
  checkCounts(values, 0, limits);
  if (comparisons > limits.comparisons) {
    throw new VcError('TOO_COMPLEX', 'A property has more values than can be compared');
  }
}

function checkSize(dataset: RdfQuad[], limits: CanonicalizeLimits): void {
  const blankNodes = new Set<string>();
  for (const { subject, object, graph } of dataset) {
    for (const term of [subject, object, graph]) {
      if (term.termType === 'BlankNode') {
        blankNodes.add(term.value);
      }
    }
  }
  checkCounts(dataset.length, blankNodes.size, limits);
}

function checkCounts(quads: number, blankNodes: number, limits: CanonicalizeLimits): void {
  if (quads > limits.quads) {
    throw new VcError('TOO_COMPLEX', `${quads} quads are over the limit of ${limits.quads}`);
  }
  if (blankNodes > limits.blankNodes) {
    const limit = limits.blankNodes;
    throw new VcError('TOO_COMPLEX', `${blankNodes} blank nodes are over the limit of ${limit}`);
  }
}

function bare(label: string): string {
  return label.startsWith('_:') ? label.slice(2) : label;
}
