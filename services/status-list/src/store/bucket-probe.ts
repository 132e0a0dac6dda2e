import type { BucketObjects, NewObject, PutCondition, PutOutcome } from './bucket-objects.ts';

/** How the store wants an ETag written in If-Match. */
export type SpellTag = (etag: string) => string;

/** What shall not hold lists: an older one could take a newer one's place there. */
export class UnfitBucketError extends Error {
  override name = 'UnfitBucketError';
}

// beside the folders of lists, always the same bytes: probes of several replicas do not disturb each other
const KEY = 'conditional-writes';
const OBJECT: NewObject = {
  document: 'Whether writes here are conditional is tried with this object.\n',
  version: 0,
  contentType: 'text/plain',
  cacheControl: 'no-store',
};
const WRONG = '0'.repeat(32);
const SPELLINGS: readonly SpellTag[] = [
  // RFC 9110 §8.8.3, and S3
  (etag) => `"${etag}"`,
  // Ceph RADOS Gateway up to 16: a quoted one matches nothing
  (etag) => etag,
];

/** Rounds of trying, as another writer may come between the look and the write. */
const ROUNDS = 3;

/**
 * Writes one object under conditions that do not hold and one that does.
 * @returns the spelling that is honoured
 * @throws UnfitBucketError when the store writes under a condition that does not hold, or under none that does
 * @throws Error when the store cannot be asked
 */
export async function probeConditions(objects: BucketObjects): Promise<SpellTag> {
  const isStored = async (condition: PutCondition) =>
    decided(await objects.put(KEY, OBJECT, condition));

  // whether or not it is there from before, it is afterwards
  await isStored({ ifNoneMatch: '*' });
  if (await isStored({ ifNoneMatch: '*' })) {
    throw new UnfitBucketError('The bucket overwrites an object in spite of If-None-Match: *');
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const spell of SPELLINGS) {
      if (await isStored({ ifMatch: spell(WRONG) })) {
        throw new UnfitBucketError('The bucket overwrites an object in spite of If-Match');
      }
      const there = await objects.head(KEY);
      if (there !== undefined && (await isStored({ ifMatch: spell(there.etag) }))) return spell;
    }
  }
  throw new UnfitBucketError('The bucket does not know the ETag that it gave in If-Match');
}

function decided(put: PutOutcome): boolean {
  if (put.outcome !== 'unknown') return put.outcome === 'stored';
  throw new Error('The bucket did not say whether it stored an object', { cause: put.cause });
}
