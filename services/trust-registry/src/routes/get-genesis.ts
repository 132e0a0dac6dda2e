import type { Server } from '#kit/server';
import type { LoadedGenesis } from '../domain/load-genesis.ts';
import { JWT, JWT_RESPONSE } from './jwt.ts';
import { RECORD_MAX_AGE, sendPublicDocument } from '#kit/public-document';

/** Nobody has to believe this registry about it: the anchor signed it. */
export function getGenesis(app: Server, deps: { genesis: LoadedGenesis }): void {
  app.get(
    '/v1/genesis',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The cells that take part and their registry keys, as the anchor signed it',
        tags: ['Snapshots'],
        response: { 200: JWT_RESPONSE },
      },
    },
    async (request, reply) =>
      sendPublicDocument(request, reply, {
        body: deps.genesis.document,
        contentType: JWT,
        maxAge: RECORD_MAX_AGE,
      }),
  );
}
