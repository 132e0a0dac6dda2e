import { readFile } from 'node:fs/promises';
import { CONTEXT_URL } from '#catalogue/catalogue';
import { parsePinned } from '#json-ld/document-loader';

const CONTEXTS = new URL('../../../contexts/', import.meta.url);

/**
 * The exact bytes of our JSON-LD context, which every cell serves.
 * @throws Error when they are not the pinned ones
 */
export async function readPinnedContext(): Promise<Buffer> {
  const manifest = JSON.parse(await readFile(new URL('manifest.json', CONTEXTS), 'utf8')) as Record<
    string,
    { file: string; sha256: string }
  >;
  const entry = manifest[CONTEXT_URL];
  if (entry === undefined) throw new Error(`The manifest does not pin ${CONTEXT_URL}`);
  const bytes = await readFile(new URL(entry.file, CONTEXTS));
  parsePinned(CONTEXT_URL, bytes, entry.sha256);
  return bytes;
}
