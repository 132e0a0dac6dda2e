import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListFile, ListFiles } from '../domain/ports.ts';

export const LIST_FOLDERS = { credential: 'status-lists', token: 'status-list-tokens' } as const;
export const LIST_KINDS = ['credential', 'token'] as const;
export const LIST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a file's steps are, so that tests can end a process between any two. */
export interface FileSteps {
  write(handle: FileHandle, document: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

const STEPS: FileSteps = {
  async write(handle, document) {
    await handle.writeFile(document);
    await handle.chmod(0o644);
    await handle.sync();
  },
  rename,
};

/**
 * List versions as files that any web server can hand out: `<directory>/status-lists/<id>` for credentials,
 * `<directory>/status-list-tokens/<id>` for tokens. A reader finds a whole file or none: it is written beside its
 * place, brought to the disk, and renamed.
 */
export function createListFiles(directory: string, steps: FileSteps = STEPS): ListFiles {
  const folderOf = (kind: ListFile['kind']) => join(directory, LIST_FOLDERS[kind]);
  return {
    async list() {
      const found: ListFile[] = [];
      for (const kind of LIST_KINDS) {
        await mkdir(folderOf(kind), { recursive: true });
        for (const entry of await readdir(folderOf(kind), { withFileTypes: true })) {
          // a link, a pipe or a folder is none of ours: it is written over, or cannot be
          if (LIST_ID.test(entry.name) && entry.isFile()) found.push({ kind, listId: entry.name });
        }
      }
      return found;
    },

    read: ({ kind, listId }) =>
      readFile(join(folderOf(kind), listId), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),

    async replace({ kind, listId }, document, proceed) {
      const folder = folderOf(kind);
      await mkdir(folder, { recursive: true });
      // a name of its own, that no web server hands out: another process may write the same list
      const beside = join(folder, `.${listId}.${randomUUID()}`);
      try {
        const handle = await open(beside, 'wx', 0o644);
        try {
          await steps.write(handle, document);
        } finally {
          await handle.close();
        }
        await proceed();
        await steps.rename(beside, join(folder, listId));
      } finally {
        await rm(beside, { force: true });
      }
      await syncFolder(folder);
    },
  };
}

/** Without it the new name, not the bytes, may be lost with the power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
