import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';

interface ManifestEntry {
  file: string;
  sha256: string;
}

/** What jsonld and the proof suites want back for a URL. */
export interface LoadedDocument {
  contextUrl: null;
  documentUrl: string;
  document: JsonObject;
  /** tells jsonld that the bytes behind the URL never change, so that it keeps the processed context */
  tag: 'static';
}

export type DocumentLoader = (url: string) => Promise<LoadedDocument>;

export interface DocumentLoaderDeps {
  /** answers a DID with its document; the loader asks for nothing else by DID */
  resolveDid?: ((did: string) => Promise<JsonObject>) | undefined;
  /** contexts by URL; the pinned ones unless given */
  contexts?: ReadonlyMap<string, JsonObject> | undefined;
}

const DID_CONTEXT = 'https://www.w3.org/ns/did/v1';
const MULTIKEY_CONTEXT = 'https://w3id.org/security/multikey/v1';

const pinnedContexts = readPinnedContexts(new URL('../../contexts/', import.meta.url));

/** The pinned context behind a URL, frozen; undefined for any other URL. */
export function knownContext(url: string): JsonObject | undefined {
  return pinnedContexts.get(url);
}

/** The URLs of every pinned context. */
export function knownContextUrls(): string[] {
  return [...pinnedContexts.keys()];
}

/**
 * A loader that answers from memory: pinned contexts, and DIDs through the resolver handed in. It never fetches.
 * The function it returns throws VcError CONTEXT_NOT_ALLOWED for any other URL.
 */
export function createDocumentLoader(deps: DocumentLoaderDeps = {}): DocumentLoader {
  const { resolveDid, contexts = pinnedContexts } = deps;
  return async (url) => {
    const context = contexts.get(url);
    if (context !== undefined) {
      return loaded(url, context);
    }
    if (resolveDid !== undefined && url.startsWith('did:')) {
      return loaded(url, await loadDid(url, resolveDid));
    }
    throw new VcError('CONTEXT_NOT_ALLOWED', `Only pinned contexts are loaded, not ${url}`);
  };
}

function loaded(url: string, document: JsonObject): LoadedDocument {
  return { contextUrl: null, documentUrl: url, document, tag: 'static' };
}

async function loadDid(
  url: string,
  resolveDid: (did: string) => Promise<JsonObject>,
): Promise<JsonObject> {
  const did = url.split('#', 1)[0] ?? url;
  const didDocument = await resolveDid(did);
  if (did === url) {
    return { '@context': DID_CONTEXT, ...didDocument };
  }
  const methods = didDocument['verificationMethod'];
  const method = (Array.isArray(methods) ? (methods as JsonObject[]) : []).find(
    ({ id }) => id === url,
  );
  if (method === undefined) {
    throw new VcError('INVALID_VERIFICATION_METHOD', `${did} has no verification method ${url}`);
  }
  return { '@context': MULTIKEY_CONTEXT, ...method };
}

// A changed byte in a context changes what every signature means, so a process with one does not start.
function readPinnedContexts(folder: URL): ReadonlyMap<string, JsonObject> {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Record<
    string,
    ManifestEntry
  >;
  const contexts = Object.entries(manifest).map(([url, { file, sha256 }]): [string, JsonObject] => {
    const bytes = readFileSync(new URL(file, folder));
    return [url, parsePinned(url, bytes, sha256)];
  });
  return new Map(contexts);
}

/**
 * Parses a context whose bytes must have the given digest, and freezes it.
 * @param sha256 hex
 * @throws Error when the digest differs
 */
export function parsePinned(url: string, bytes: Uint8Array, sha256: string): JsonObject {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== sha256) {
    throw new Error(`The context ${url} has SHA-256 ${digest}, not the pinned ${sha256}`);
  }
  return deepFreeze(JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) {
      deepFreeze(member);
    }
  }
  return Object.freeze(value);
}
