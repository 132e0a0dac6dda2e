import type { KeyObject } from 'node:crypto';
import { type DIDDocument, type DIDResolutionResult, Resolver } from 'did-resolver';
import { getResolver as getKeyResolver } from 'key-did-resolver';
import type { Clock } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import { createBoundedMap } from './bounded-map.ts';
import {
  type DidDocument,
  multibaseOfMethod,
  type ParsedDidDocument,
  type ProofPurpose,
  parseDidDocument,
  type VerificationMethod,
} from './did-document.ts';
import { didJwkDocument, isDidJwk } from './did-jwk.ts';
import { didWebUrl, isDid, parseDidUrl } from './identifiers.ts';
import { verificationKey } from './verification-key.ts';

/** A key that may be used for the purpose it was asked for. */
export interface ResolvedMethod {
  id: string;
  controller: string;
  publicKeyMultibase: string;
  publicKey: KeyObject;
}

export type ResolveVerificationMethod = (
  didUrl: string,
  purpose: ProofPurpose,
) => Promise<ResolvedMethod>;

export interface DidResolver {
  /** @throws VcError INVALID_DID, DID_NOT_FOUND (not fetched: nothing is known) or INVALID_DID_DOCUMENT */
  resolve: (did: string) => Promise<DidDocument>;
  /** @throws VcError as resolve, and INVALID_DID_URL or INVALID_VERIFICATION_METHOD */
  resolveVerificationMethod: ResolveVerificationMethod;
}

export interface DidResolverDeps {
  /** fetches JSON of at most 64 kB, guarded against private addresses; throws when it cannot */
  fetchDocument: (url: URL) => Promise<unknown>;
  now: Clock;
  /** for how many milliseconds a did:web document is taken from memory */
  freshness?: number | undefined;
  /** at most one fetch per DID in so many milliseconds when a key is not in the document at hand */
  refetchInterval?: number | undefined;
}

interface Resolution extends ParsedDidDocument {
  fetchedAt: number;
}

const KEPT_DOCUMENTS = 2_048;

/** Resolves did:key and did:jwk from the DID itself and did:web by fetching, through did-resolver (DID Resolution §4). */
export function createDidResolver(deps: DidResolverDeps): DidResolver {
  const { fetchDocument, now, freshness = 30_000, refetchInterval = 1_000 } = deps;
  const kept = createBoundedMap<Resolution>(KEPT_DOCUMENTS);
  const underway = new Map<string, Promise<Resolution>>();
  const resolver = new Resolver({
    key: getKeyResolver()['key'] as never,
    jwk: async (did) => result(didJwkDocument(did)),
    web: async (did) => result(await fetchDidWeb(did, fetchDocument)),
  });

  const isYoungerThan = ({ fetchedAt, document }: Resolution, age: number): boolean => {
    const elapsed = now() - fetchedAt;
    // A clock that went backwards says nothing about age.
    return isSelfContained(document.id) || (elapsed >= 0 && elapsed < age);
  };

  const resolveAnew = async (did: string): Promise<Resolution> => {
    const fetchedAt = now();
    const { didDocument, didResolutionMetadata } = await resolver.resolve(did);
    if (didDocument === null) {
      throw new VcError('INVALID_DID', `${did}: ${didResolutionMetadata.error ?? 'unresolvable'}`);
    }
    const document = did.startsWith('did:key:') ? asMultikey(didDocument) : didDocument;
    const resolution = { ...parseDidDocument(did, document), fetchedAt };
    kept.set(did, resolution);
    return resolution;
  };

  const resolveOlderThan = (did: string, age: number): Promise<Resolution> => {
    if (!isDid(did)) {
      return Promise.reject(new VcError('INVALID_DID', 'The identifier is not a DID'));
    }
    const known = kept.get(did);
    if (known !== undefined && isYoungerThan(known, age)) {
      return Promise.resolve(known);
    }
    // Single flight: who asks meanwhile gets the same answer.
    const pending = underway.get(did) ?? resolveAnew(did).finally(() => void underway.delete(did));
    underway.set(did, pending);
    return pending;
  };

  return {
    async resolve(did) {
      return (await resolveOlderThan(did, freshness)).document;
    },

    async resolveVerificationMethod(didUrl, purpose) {
      const { did } = parseDidUrl(didUrl);
      const atHand = await resolveOlderThan(did, freshness);
      // A key pinned a moment ago may be missing only from what is kept here.
      const resolution = atHand.methods.has(didUrl)
        ? atHand
        : await resolveOlderThan(did, refetchInterval);
      const method = checkMethod(resolution, didUrl, purpose, now());
      const publicKeyMultibase = multibaseOfMethod(method);
      const publicKey = verificationKey(publicKeyMultibase);
      return { id: didUrl, controller: did, publicKeyMultibase, publicKey };
    },
  };
}

/** Whether a DID is its own document, which never changes and asks nobody. */
export function isSelfContained(did: string): boolean {
  return did.startsWith('did:key:') || isDidJwk(did);
}

async function fetchDidWeb(
  did: string,
  fetchDocument: DidResolverDeps['fetchDocument'],
): Promise<unknown> {
  const url = didWebUrl(did);
  try {
    return await fetchDocument(url);
  } catch (cause) {
    throw new VcError('DID_NOT_FOUND', `The document of ${did} could not be fetched`, { cause });
  }
}

function result(document: unknown): DIDResolutionResult {
  // did-resolver only passes the document on: parseDidDocument checks it.
  const didDocument = document as DIDResolutionResult['didDocument'];
  return { didResolutionMetadata: {}, didDocument, didDocumentMetadata: {} };
}

function checkMethod(
  { document, methods, purposes }: ParsedDidDocument,
  didUrl: string,
  purpose: ProofPurpose,
  now: number,
): VerificationMethod {
  const method = methods.get(didUrl);
  if (method === undefined) {
    throw unusable(`${document.id} has no such key: ${didUrl}`);
  }
  if (!purposes[purpose].has(didUrl)) {
    throw unusable(`${didUrl} is not for ${purpose}`);
  }
  if (method.controller !== document.id) {
    throw unusable(`${didUrl} is controlled by another DID`);
  }
  if (isPast(method['revoked'], now) || isPast(method['expires'], now)) {
    throw unusable(`${didUrl} has been revoked or has expired`);
  }
  return method;
}

// Controlled Identifiers 1.0 §2.2: an unreadable end counts as one.
function isPast(end: unknown, now: number): boolean {
  return end !== undefined && (parseDateTimeStamp(end) ?? 0) <= now;
}

// key-did-resolver answers in the vocabulary of 2018. The fragment of a did:key's method is its Multikey.
function asMultikey(didDocument: DIDDocument): unknown {
  const { id, verificationMethod = [], authentication, assertionMethod } = didDocument;
  const methods = verificationMethod.map((method) => ({
    id: method.id,
    type: 'Multikey',
    controller: method.controller,
    publicKeyMultibase: method.id.split('#')[1],
  }));
  return { id, verificationMethod: methods, authentication, assertionMethod };
}

function unusable(detail: string): VcError {
  return new VcError('INVALID_VERIFICATION_METHOD', detail);
}
