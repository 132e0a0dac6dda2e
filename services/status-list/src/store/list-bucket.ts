import type { ListFile, ListFiles } from '../domain/ports.ts';
import { versionOf } from '../domain/signed-list.ts';
import { type BucketOptions, openBucket, parseBucketUrl } from './bucket-objects.ts';
import { probeConditions, UnfitBucketError } from './bucket-probe.ts';
import { LIST_FOLDERS, LIST_ID, LIST_KINDS } from './list-files.ts';

/*
 * Why an older version never takes a newer one's place.
 *
 * Every write is conditional, and the store compares and writes in one step: an object is made only where there is
 * none (If-None-Match: *), and replaced only while it is still the one whose version was looked at (If-Match), which
 * is not above ours. Whoever comes in between, one more writer or one that was stopped for an hour, changes the ETag,
 * and the write is refused. After a refusal the object is looked at again. So it is after a server error and without an
 * answer (a Ceph gateway may say 500 to a writer that lost): that write may be stored, now or in a moment, and when it
 * comes in a moment its condition is judged then. A store that ignores conditions is found out before the first write,
 * and used for nothing.
 */

/** Writes until one is stored; each that is refused means that another publisher's was, or that the store failed. */
const ATTEMPTS = 5;

/** Of documents in memory, so that a comparison costs two listings; what is above that is fetched at every run. */
const KEPT_CHARACTERS = 32_000_000;

const MEDIA_TYPES = {
  credential: 'application/vc',
  token: 'application/statuslist+jwt',
} as const;

export interface ListBucketOptions extends BucketOptions {
  /** milliseconds that caches may keep a list */
  listTtlMs: number;
}

export interface ListBucket extends ListFiles {
  /**
   * Looks whether the store's writes are conditional. One that cannot be asked now is asked before it is used.
   * @throws UnfitBucketError
   */
  assertFit(): Promise<void>;
  close(): Promise<void>;
}

/**
 * List versions as objects of an S3 bucket: `status-lists/<id>` for credentials, `status-list-tokens/<id>` for tokens,
 * with the version as metadata.
 * @throws Error when the URL is not that of a bucket
 */
export function createListBucket(options: ListBucketOptions): ListBucket {
  parseBucketUrl(options.url);
  const cacheControl = `public, max-age=${Math.floor(options.listTtlMs / 1000)}`;
  let opening: ReturnType<typeof openProbed> | undefined;
  const open = () => {
    opening ??= openProbed(options).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  let listed = new Map<string, string>();
  const known = createKnownObjects();

  return {
    async list() {
      const { objects } = await open();
      const found: ListFile[] = [];
      const tags = new Map<string, string>();
      for (const kind of LIST_KINDS) {
        const prefix = `${LIST_FOLDERS[kind]}/`;
        for await (const { key, etag } of objects.list(prefix)) {
          const listId = key.slice(prefix.length);
          if (!LIST_ID.test(listId)) continue;
          found.push({ kind, listId });
          tags.set(key, etag);
        }
      }
      listed = tags;
      known.keepOnly(tags);
      return found;
    },

    async read(file) {
      const { objects } = await open();
      const key = keyOf(file);
      const before = known.documentOf(key, listed.get(key));
      if (before !== undefined) return before;
      const object = await objects.get(key);
      if (object !== undefined) known.keep(key, object);
      return object?.document;
    },

    async replace(file, document, proceed) {
      const { objects, spell } = await open();
      const key = keyOf(file);
      const version = versionOf(file.kind, document);
      if (version === undefined) throw new Error('This document is no list');
      const object = { document, version, contentType: MEDIA_TYPES[file.kind], cacheControl };
      let replaced: string | undefined;
      let cause: unknown;
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const there = await objects.head(key);
        if ((there?.version ?? 0) > version) {
          throw new Error(`The bucket has version ${there?.version}, above ${version}`, { cause });
        }
        // a version is signed once: whoever wrote it since wrote these bytes
        if (attempt > 1 && there?.version === version && there.etag !== replaced) return;
        replaced = there?.etag;
        await proceed();
        const put = await objects.put(
          key,
          object,
          there === undefined ? { ifNoneMatch: '*' } : { ifMatch: spell(there.etag) },
        );
        if (put.outcome === 'stored') {
          known.keep(key, { etag: put.etag, document });
          return;
        }
        cause = put.cause;
      }
      throw new Error('The bucket did not store a list, however often it was asked', { cause });
    },

    async assertFit() {
      await open().catch((error: unknown) => {
        if (error instanceof UnfitBucketError) throw error;
      });
    },

    async close() {
      const opened = await opening?.catch(() => undefined);
      opened?.objects.close();
    },
  };
}

async function openProbed(options: BucketOptions) {
  const objects = await openBucket(options);
  try {
    return { objects, spell: await probeConditions(objects) };
  } catch (error) {
    objects.close();
    throw error;
  }
}

/** What was read or written, by the ETag that tells whether it still is so. */
function createKnownObjects() {
  const known = new Map<string, { etag: string; document: string }>();
  let characters = 0;
  const forget = (key: string) => {
    characters -= known.get(key)?.document.length ?? 0;
    known.delete(key);
  };
  return {
    keep(key: string, object: { etag: string; document: string }) {
      forget(key);
      if (characters + object.document.length > KEPT_CHARACTERS) return;
      known.set(key, object);
      characters += object.document.length;
    },
    documentOf(key: string, etag: string | undefined) {
      const object = known.get(key);
      return object?.etag === etag ? object?.document : undefined;
    },
    keepOnly(keys: ReadonlyMap<string, unknown>) {
      for (const key of known.keys()) if (!keys.has(key)) forget(key);
    },
  };
}

function keyOf({ kind, listId }: ListFile): string {
  return `${LIST_FOLDERS[kind]}/${listId}`;
}
