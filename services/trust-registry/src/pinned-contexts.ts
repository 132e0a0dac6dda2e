import { readFile } from 'node:fs/promises';
import { CONTEXT_URL } from '#catalogue/catalogue';
import { parsePinned } from '#json-ld/document-loader';

const CONTEXTS = new URL('../../../contexts/', import.meta.url);
const OURS = new URL('/', CONTEXT_URL).href;

/**
 * The exact bytes of every JSON-LD context of ours, which each cell serves, by the path of its URL.
 * @throws Error when they are not the pinned ones
 */
export async function readPinnedContexts(): Promise<Map<string, Buffer>> {
  const manifest = JSON.parse(await readFile(new URL('manifest.json', CONTEXTS), 'utf8')) as Record<
    string,
    { file: string; sha256: string }
  >;
  const contexts = new Map<string, Buffer>();
  for (const [url, { file, sha256 }] of Object.entries(manifest)) {
    if (!url.startsWith(OURS)) continue;
    const bytes = await readFile(new URL(file, CONTEXTS));
    parsePinned(url, bytes, sha256);
    contexts.set(new URL(url).pathname, bytes);
  }
  if (!contexts.has(new URL(CONTEXT_URL).pathname)) {
    throw new Error(`The manifest does not pin ${CONTEXT_URL}`);
  }
  return contexts;
}
