import type { Canonicalize, CanonicalizeOptions } from '#json-ld/canonicalize';
import type { JsonObject } from '#vc/data-model';

/** From JSON-LD to canonical N-Quads, with limits already chosen. */
export type Transform = (document: JsonObject) => Promise<string>;

/**
 * Fixes the options of a canonicalize, and canonicalizes equal documents once: every proof of a set covers the
 * same document.
 */
export function createTransform(
  canonicalize: Canonicalize,
  options: CanonicalizeOptions,
): Transform {
  const done = new Map<string, Promise<string>>();
  return (document) => {
    const key = JSON.stringify(document);
    const canonical = done.get(key) ?? canonicalize(document, options);
    done.set(key, canonical);
    return canonical;
  };
}
