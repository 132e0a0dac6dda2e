import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EditionFile, EditionStatus } from './entry.ts';

/** `contexts/editions/index.json`: every edition there is, what it may be used for, and its bytes' SHA-256 in hex. */
export type EditionIndex = Record<
  string,
  Record<string, { status: EditionStatus; sha256: string }>
>;

/** Where editions are. `read` gives the bytes of one as text. */
export interface EditionStore {
  index: EditionIndex;
  read: (type: string, version: string) => string;
}

/** An edition in the bytes that are published. */
export function editionText(edition: EditionFile): string {
  return `${JSON.stringify(edition, null, 2)}\n`;
}

export function editionDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The editions of a folder: its index now, each edition when it is first asked for. */
export function openEditions(folder: URL): EditionStore {
  const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as EditionIndex;
  return {
    index,
    read: (type, version) => readFileSync(new URL(`${type}/${version}.json`, folder), 'utf8'),
  };
}

/** Editions that are in memory: what is about to be published, and made-up catalogues of tests. */
export function editionsOf(
  entries: readonly { edition: EditionFile; status: EditionStatus }[],
): EditionStore {
  const index: EditionIndex = {};
  const texts = new Map<string, string>();
  for (const { edition, status } of entries) {
    const { type, version } = edition;
    const text = editionText(edition);
    texts.set(`${type} ${version}`, text);
    index[type] = { ...index[type], [version]: { status, sha256: editionDigest(text) } };
  }
  return {
    index,
    read: (type, version) => {
      const text = texts.get(`${type} ${version}`);
      if (text === undefined) throw new Error(`there is no edition ${version} of ${type}`);
      return text;
    },
  };
}
