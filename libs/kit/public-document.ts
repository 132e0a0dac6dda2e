import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from './server.ts';

/** Seconds after which a cache asks again: the longest that a compromised key lives in one. */
export const RECORD_MAX_AGE = 15;
/** Seconds for what changes with a release only. */
export const RELEASE_MAX_AGE = 86_400;

export interface PublicDocument {
  body: string | Buffer;
  contentType: string;
  maxAge: number;
  /** what the ETag stands for, when the body also says when it was made */
  identity?: string;
}

/** Wallets in browsers ask for what is public. Added before the routes it is for. */
export function allowBrowsers(app: Server): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.access === 'public') {
      void reply.header('access-control-allow-origin', '*');
    }
  });
}

/** Answers what a browser asks before it posts JSON from a page of another origin (the Fetch standard's preflight). */
export function allowBrowserPost(app: Server, url: string): void {
  app.options(url, { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': RELEASE_MAX_AGE,
      })
      .code(204)
      .send(),
  );
}

/** Answers with a document that caches may keep, or 304 when the caller has it (RFC 9110 §13.1.2). */
export function sendPublicDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, contentType, maxAge, identity }: PublicDocument,
): FastifyReply {
  const digest = createHash('sha256')
    .update(identity ?? body)
    .digest('base64url');
  const etag = identity === undefined ? `"${digest}"` : `W/"${digest}"`;
  void reply.headers({ etag, 'cache-control': `public, max-age=${maxAge}` });
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
  // as bytes: the framework adds a charset to text, which these media types do not have
  return reply.type(contentType).send(Buffer.from(body));
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** An entity tag without its mark of weakness, which does not count here. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
