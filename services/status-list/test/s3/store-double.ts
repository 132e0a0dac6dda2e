import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from '../helper.ts';

/** What a store makes of a condition. */
export interface Manners {
  noneMatch: boolean;
  /** how an ETag in If-Match must be written; `ignored` for a store that does not look at it */
  match: 'quoted' | 'bare' | 'ignored' | 'never';
}

export interface Stored {
  body: string;
  etag: string;
  version: string | undefined;
}

/** What becomes of one PUT: an error instead of the write, or after it; `undefined` for neither. */
export type Fault = 'error instead' | 'error after' | undefined;

/** What of an S3 bucket the service uses, with faults that no real one has on demand. */
export async function startStoreDouble(t: Test, manners: Partial<Manners> = {}) {
  const { noneMatch, match } = { noneMatch: true, match: 'quoted' as const, ...manners };
  const objects = new Map<string, Stored>();
  const puts: string[] = [];
  const control: { away: boolean; onPut: (key: string) => Fault } = {
    away: false,
    onPut: () => undefined,
  };

  const spelled = (etag: string) => (match === 'quoted' ? `"${etag}"` : etag);
  const holds = (key: string, { headers }: IncomingMessage) => {
    const there = objects.get(key);
    if (noneMatch && headers['if-none-match'] === '*' && there !== undefined) return false;
    const wanted = headers['if-match'];
    if (wanted === undefined || match === 'ignored') return true;
    return match !== 'never' && there !== undefined && wanted === spelled(there.etag);
  };
  const put = async (key: string, request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request);
    puts.push(key);
    const fault = control.onPut(key);
    if (fault === 'error instead') return response.writeHead(500).end();
    if (!holds(key, request)) return response.writeHead(412).end();
    const stored = storedOf(body, request.headers['x-amz-meta-version'] as string | undefined);
    objects.set(key, stored);
    if (fault === 'error after') return response.writeHead(500).end();
    return response.writeHead(200, { etag: `"${stored.etag}"` }).end();
  };
  const answer = (url: URL, request: IncomingMessage, response: ServerResponse) => {
    const key = url.pathname.slice('/lists/'.length);
    if (control.away) return response.writeHead(503).end();
    if (request.method === 'PUT') return put(key, request, response);
    if (url.searchParams.has('list-type')) {
      const prefix = url.searchParams.get('prefix') ?? '';
      return response.writeHead(200, { 'content-type': 'application/xml' }).end(
        `<ListBucketResult>${[...objects]
          .filter(([name]) => name.startsWith(prefix))
          .map(
            ([name, { etag }]) => `<Contents><Key>${name}</Key><ETag>"${etag}"</ETag></Contents>`,
          )
          .join('')}</ListBucketResult>`,
      );
    }
    const there = objects.get(key);
    if (there === undefined) return response.writeHead(404).end();
    const version = there.version === undefined ? {} : { 'x-amz-meta-version': there.version };
    response.writeHead(200, { etag: `"${there.etag}"`, ...version });
    return response.end(request.method === 'HEAD' ? undefined : there.body);
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    void answer(url, request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lists`,
    objects,
    /** keys, one for every PUT that arrived */
    puts,
    control,
  };
}

export function storedOf(body: string, version: string | undefined): Stored {
  return { body, etag: createHash('md5').update(body).digest('hex'), version };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
