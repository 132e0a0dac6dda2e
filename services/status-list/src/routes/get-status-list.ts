import { Type } from 'typebox';
import { UuidSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { LoadPublishedList } from '../domain/load-published-list.ts';

// a list's form is its own: whatever Accept says, there is one thing to send
const MEDIA_TYPES = {
  revocation: 'application/vc',
  suspension: 'application/vc',
  message: 'application/vc',
  token: 'application/statuslist+jwt',
} as const;

/** `GET /status-lists/{id}`: the newest signed version, the same for everybody. */
export function getStatusList(
  app: Server,
  deps: { loadPublishedList: LoadPublishedList; listTtlMs: number },
): void {
  const cacheControl = `public, max-age=${Math.floor(deps.listTtlMs / 1000)}`;
  app.get(
    '/status-lists/:id',
    {
      config: { access: 'public' },
      schema: {
        summary:
          'A status list: a credential (Bitstring Status List 1.0) or an IETF status list token',
        tags: ['Status lists'],
        params: Type.Object({ id: UuidSchema }),
        response: {
          200: {
            description:
              'a BitstringStatusListCredential, or an IETF status list token: a list has one form',
            content: {
              'application/vc': { schema: Type.Object({}) },
              'application/statuslist+jwt': { schema: Type.String() },
            },
          },
          304: Type.Unsafe<undefined>({
            type: 'null',
            description: 'the version that If-None-Match names is the newest',
          }),
        },
      },
    },
    async (request, reply) => {
      reply.header('access-control-allow-origin', '*');
      const { form, document, etag } = await deps.loadPublishedList(request.params.id);
      reply.headers({ etag, 'cache-control': cacheControl, 'accept-ranges': 'none' });
      if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send(undefined);
      // bytes, so that nothing serialises what is signed a second time
      return reply.type(MEDIA_TYPES[form]).send(Buffer.from(document));
    },
  );
}

/** RFC 9110 §13.1.2: `*`, or a list of tags of which one is ours; compared weakly. */
function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
