import type { Clock } from '#vc/clock';
import type {
  FenceCause,
  ListFile,
  ListFileStore,
  ListFiles,
  ListForm,
  PublishedVersion,
} from './ports.ts';
import { versionOf } from './signed-list.ts';

/*
 * The stored version is the truth and the file its copy: an older one does not take a newer one's place.
 *
 * A copy is made while the stored row is held, and the row is asked for again right before the rename: of two
 * publishers the second waits, then copies what is stored by then, which is the newer one. A process that is stopped
 * between that last question and the rename, for longer than PostgreSQL keeps an idle transaction, can still put an
 * older file there when it goes on; no file system compares and renames in one step (a bucket does). The next run (a
 * tick) finds that file and its row unlike and copies again, and a verifier that saw the newer version refuses the
 * older meanwhile.
 *
 * The files are read before the rows. A version is stored before it is in a file, so a file that is ahead of the
 * stored version, or that belongs to no list, is from a later time than the database: it was restored. The version
 * that was allotted last says nothing of that: a publisher raises it before anybody notices.
 * A list that an operator's restore could not bring back leaves a file from before that restore, which it explains.
 */

export interface FileCopiesDeps {
  /** undefined when lists are served from the database only */
  files: ListFiles | undefined;
  store: ListFileStore;
  sha256: (text: string) => Uint8Array;
  raiseFence: (fence: FenceCause, at: number) => Promise<void>;
  /** milliseconds since the epoch */
  newestRestore: () => Promise<number | undefined>;
  clock: Clock;
}

export interface FileCopies {
  /** Brings a list's file to its stored version. */
  copy(listId: string): Promise<void>;
  /**
   * Brings every file that is missing, torn or unlike its stored version to it; puts up the fence when a file is
   * ahead. Tries all before it rejects.
   */
  reconcile(): Promise<void>;
  /** @throws Error while the newest copy or comparison failed */
  check(): Promise<void>;
}

export function createFileCopies(deps: FileCopiesDeps): FileCopies {
  const { files, store, sha256, clock } = deps;
  let fault: unknown;

  const watching = (work: () => Promise<void>) => async () => {
    try {
      await work();
      fault = undefined;
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  const copy = async (to: ListFiles, listId: string) =>
    store.withStoredVersion(listId, ({ form, document }, stillHeld) =>
      to.replace({ listId, kind: kindOf(form) }, document, stillHeld),
    );
  const reconcile = async (among: ListFiles) => {
    const restoredAt = await deps.newestRestore();
    const found = await readAll(among, sha256);
    const versions = await store.findVersions();
    const ahead = findAhead(found, versions, restoredAt ?? 0);
    if (ahead !== undefined) {
      await deps.raiseFence({ cause: 'list-file', ...ahead, restoredAt }, clock());
      return;
    }
    const errors: unknown[] = [];
    for (const { listId, form, digest } of versions) {
      if (digest === undefined) continue;
      const file = found.get(fileKey({ listId, kind: kindOf(form) }));
      if (file !== undefined && equal(file.digest, digest)) continue;
      await copy(among, listId).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'List files could not be written');
  };

  return {
    copy: async (listId) => {
      if (files === undefined) return;
      await copy(files, listId).catch((error: unknown) => {
        // the comparison of the next run clears it
        fault = error;
        throw error;
      });
    },
    reconcile: async () => {
      if (files !== undefined) await watching(() => reconcile(files))();
    },
    async check() {
      if (fault !== undefined)
        throw new Error('A list file is not as it should be', { cause: fault });
    },
  };
}

interface FoundFile extends ListFile {
  digest: Uint8Array;
  /** undefined for a torn one */
  version: number | undefined;
}

/** One document at a time is held: there may be thousands. */
async function readAll(
  files: ListFiles,
  sha256: FileCopiesDeps['sha256'],
): Promise<Map<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  for (const file of await files.list()) {
    const document = await files.read(file);
    if (document === undefined) continue;
    const version = versionOf(file.kind, document);
    found.set(fileKey(file), { ...file, digest: sha256(document), version });
  }
  return found;
}

function findAhead(
  found: ReadonlyMap<string, FoundFile>,
  versions: readonly PublishedVersion[],
  restoredAt: number,
): { listId: string; detail: string } | undefined {
  const known = new Map(versions.map(({ listId, version }) => [listId, version]));
  for (const { listId, version } of found.values()) {
    if (version === undefined || version <= (known.get(listId) ?? restoredAt)) continue;
    return { listId, detail: `file ${version} above ${known.get(listId) ?? restoredAt}` };
  }
  return undefined;
}

function kindOf(form: ListForm): ListFile['kind'] {
  return form === 'token' ? 'token' : 'credential';
}

function fileKey({ listId, kind }: ListFile): string {
  return `${kind} ${listId}`;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, position) => byte === b[position]);
}
