import { DocumentSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { RELEASE_MAX_AGE, sendPublicDocument } from '#kit/public-document';

/** Serves the pinned bytes as they are: parsing and writing them again could change what is hashed elsewhere. */
export function getContexts(app: Server, deps: { contexts: ReadonlyMap<string, Buffer> }): void {
  for (const [path, body] of deps.contexts) {
    app.get(
      path,
      {
        config: { access: 'public' },
        schema: {
          summary: 'A JSON-LD context of ours, byte for byte as it is pinned',
          tags: ['Contexts, schemas and problems'],
          response: {
            200: {
              description: 'JSON-LD context',
              content: { 'application/ld+json': { schema: DocumentSchema } },
            },
          },
        },
      },
      async (request, reply) =>
        sendPublicDocument(request, reply, {
          body,
          contentType: 'application/ld+json',
          maxAge: RELEASE_MAX_AGE,
        }),
    );
  }
}
