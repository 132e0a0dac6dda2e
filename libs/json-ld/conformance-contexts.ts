import { readFileSync } from 'node:fs';
import type { JsonObject } from '#vc/data-model';
import { parsePinned } from './document-loader.ts';

/**
 * The contexts of the W3C's examples by URL, pinned like all others. Only a service that runs to be tested loads them:
 * the vocabulary of the examples gives every word a meaning, so that no term is unknown.
 * @throws Error when the bytes of one are not those that are pinned
 */
export function readConformanceContexts(): Record<string, JsonObject> {
  const folder = new URL('../../contexts/conformance/', import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Record<
    string,
    { file: string; sha256: string }
  >;
  return Object.fromEntries(
    Object.entries(manifest).map(([url, { file, sha256 }]) => [
      url,
      parsePinned(url, readFileSync(new URL(file, folder)), sha256),
    ]),
  );
}
