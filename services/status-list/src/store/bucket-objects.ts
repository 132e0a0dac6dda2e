import type { HeadObjectCommandOutput, ObjectCannedACL, S3Client } from '@aws-sdk/client-s3';

export interface BucketOptions {
  /** origin and bucket, such as https://s3.example/status-lists */
  url: string;
  region: string;
  /** the SDK looks for some of the machine's own when left out */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** a canned ACL such as `public-read`; none when left out, and a bucket policy says who may read */
  acl?: string | undefined;
}

export interface StoredObject {
  /** without quotes */
  etag: string;
  /** undefined when whoever wrote it did not say */
  version: number | undefined;
}

export interface NewObject {
  document: string;
  version: number;
  contentType: string;
  cacheControl: string;
}

/** RFC 9110 §13.1: the value of the one header that is sent. */
export type PutCondition = { ifNoneMatch: '*' } | { ifMatch: string };

/**
 * `refused`: another write came before ours. `unknown`: a server error, or no answer, and ours may be stored, now or
 * in a moment.
 */
export type PutOutcome =
  | { outcome: 'stored'; etag: string }
  | { outcome: 'refused' | 'unknown'; cause: unknown };

/** What of S3 is needed here. All reject with the SDK's error when the store says no. */
export interface BucketObjects {
  head(key: string): Promise<StoredObject | undefined>;
  get(key: string): Promise<{ etag: string; document: string } | undefined>;
  list(prefix: string): AsyncIterable<{ key: string; etag: string }>;
  put(key: string, object: NewObject, condition: PutCondition): Promise<PutOutcome>;
  close(): void;
}

/** A row of the database may be held meanwhile, for 10 s between two statements: a HEAD and a PUT fit. */
const REQUEST_MS = 4_000;

const BUCKET = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;

/** @throws Error when the URL is not that of a bucket */
export function parseBucketUrl(url: string): { endpoint: string; bucket: string } {
  const { origin, pathname, search, hash } = new URL(url);
  const bucket = BUCKET.exec(pathname)?.[1];
  if (bucket === undefined || search !== '' || hash !== '') {
    throw new Error('LIST_BUCKET_URL is not <origin>/<bucket>');
  }
  return { endpoint: origin, bucket };
}

/** The SDK is loaded here, by the first who wants a bucket: it takes 35 MB. */
export async function openBucket(options: BucketOptions): Promise<BucketObjects> {
  const { endpoint, bucket: Bucket } = parseBucketUrl(options.url);
  const sdk = await import('@aws-sdk/client-s3');
  const client: S3Client = new sdk.S3Client({
    endpoint,
    region: options.region,
    forcePathStyle: true,
    // a repeated PUT would be judged by what the first one left
    maxAttempts: 1,
    // stores other than AWS know no other checksums than those they ask for
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(options.credentials && { credentials: options.credentials }),
  });
  return {
    async head(Key) {
      const command = new sdk.HeadObjectCommand({ Bucket, Key });
      const answer = await client.send(command, within()).catch(ifMissing);
      return answer && { etag: bare(answer.ETag), version: versionIn(answer) };
    },

    async get(Key) {
      const command = new sdk.GetObjectCommand({ Bucket, Key });
      const answer = await client.send(command, within()).catch(ifMissing);
      if (answer?.Body === undefined) return undefined;
      return { etag: bare(answer.ETag), document: await answer.Body.transformToString() };
    },

    async *list(Prefix) {
      let ContinuationToken: string | undefined;
      do {
        const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
        const page = await client.send(command, within());
        for (const { Key, ETag } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, etag: bare(ETag) };
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },

    async put(Key, { document, version, contentType, cacheControl }, condition) {
      const command = new sdk.PutObjectCommand({
        Bucket,
        Key,
        Body: document,
        ContentType: contentType,
        CacheControl: cacheControl,
        Metadata: { version: String(version) },
        ...(options.acl !== undefined && { ACL: options.acl as ObjectCannedACL }),
        ...('ifMatch' in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: '*' }),
      });
      try {
        const answer = await client.send(command, within());
        return { outcome: 'stored', etag: bare(answer.ETag) };
      } catch (cause) {
        const outcome = outcomeOf(statusOf(cause), condition);
        if (outcome === undefined) throw cause;
        return { outcome, cause };
      }
    },

    close: () => client.destroy(),
  };
}

function within() {
  return { abortSignal: AbortSignal.timeout(REQUEST_MS) };
}

/** 409 is AWS's answer to one of two writers at once, 404 its answer when the object to match has gone. */
function outcomeOf(status: number | undefined, condition: PutCondition) {
  if (status === 412 || status === 409) return 'refused';
  if (status === 404 && 'ifMatch' in condition) return 'refused';
  return status === undefined || status >= 500 ? 'unknown' : undefined;
}

function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}

function ifMissing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}

function versionIn({ Metadata }: HeadObjectCommandOutput): number | undefined {
  const text = Metadata?.['version'] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function bare(etag: string | undefined): string {
  const tag = etag?.replaceAll('"', '') ?? '';
  if (tag === '') throw new Error('The bucket gave no ETag');
  return tag;
}
