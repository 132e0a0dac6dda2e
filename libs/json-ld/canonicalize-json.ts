import jcs from 'canonicalize';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import {
  type Canonicalize,
  type CanonicalizeDeps,
  CREDENTIAL_LIMITS,
  documentRules,
} from './canonicalize.ts';
import { checkDocument } from './check-document.ts';
import { knownContext } from './document-loader.ts';

// Its types describe a module with a default export; what Node imports is the function.
const serialize = jcs as unknown as (value: JsonValue) => string;

/**
 * Canonicalizes the JSON itself (RFC 8785), within the same limits and over the same contexts as JSON-LD: a document
 * that says what no context of ours defines is not made readable by a signature over its letters.
 * @throws VcError TOO_COMPLEX, CONTEXT_NOT_ALLOWED or MALFORMED_VALUE_ERROR
 */
export const canonicalizeJson: Canonicalize = createCanonicalizeJson();

/** Makes a `canonicalizeJson` that knows further contexts than the pinned ones. */
export function createCanonicalizeJson({
  extraContexts = {},
  inlineContexts = false,
}: CanonicalizeDeps = {}): Canonicalize {
  const isKnownContext = (url: string): boolean =>
    knownContext(url) !== undefined || Object.hasOwn(extraContexts, url);
  return async (document, { limits = CREDENTIAL_LIMITS } = {}) => {
    // Bounds the depth, too: what follows recurses.
    checkDocument(document, { ...documentRules(limits, isKnownContext), inlineContexts });
    checkText(document);
    return serialize(document);
  };
}

// RFC 8785 §3.2.2.2: what is no Unicode has no UTF-8, and two of it could have the same.
function checkText(value: JsonValue): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new VcError('MALFORMED_VALUE_ERROR', 'A text of the document is not Unicode');
  }
  if (Array.isArray(value)) value.forEach(checkText);
  if (isJsonObject(value)) checkMembers(value);
}

function checkMembers(value: JsonObject): void {
  for (const [name, member] of Object.entries(value)) {
    checkText(name);
    checkText(member);
  }
}
