import type { Server } from '#kit/server';
import { RELEASE_MAX_AGE, sendPublicDocument } from './public-document.ts';

/** Serves the pinned bytes as they are: parsing and writing them again could change what is hashed elsewhere. */
export function getContext(app: Server, deps: { context: Buffer }): void {
  app.get(
    '/contexts/v1',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The JSON-LD context of all credential types',
        tags: ['Contexts, schemas and problems'],
      },
    },
    (request, reply) =>
      sendPublicDocument(request, reply, {
        body: deps.context,
        contentType: 'application/ld+json',
        maxAge: RELEASE_MAX_AGE,
      }),
  );
}
