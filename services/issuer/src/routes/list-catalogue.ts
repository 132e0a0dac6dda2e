import { Type } from 'typebox';
import { CatalogueSchema } from '#api/catalogue';
import { sendPublicDocument } from '#kit/public-document';
import type { Server } from '#kit/server';
import { listTypes, type PublishedCatalogue } from '../domain/describe-catalogue.ts';

/** Seconds: a release changes it, and who was told of a version that is deprecated since is refused meanwhile. */
export const CATALOGUE_MAX_AGE = 300;

export function listCatalogue(app: Server, { catalogue }: { catalogue: PublishedCatalogue }): void {
  app.get(
    '/v1/catalogue',
    {
      config: { access: 'public' },
      schema: {
        summary: 'List the credential types that can be issued',
        tags: ['Catalogue'],
        querystring: Type.Object(
          {
            all: Type.Optional(
              Type.Boolean({ description: 'true: every version, drafts and deprecated ones too' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: CatalogueSchema },
      },
    },
    async (request, reply) =>
      sendPublicDocument(request, reply, {
        body: JSON.stringify({ items: listTypes(catalogue, request.query.all) }),
        contentType: 'application/json',
        maxAge: CATALOGUE_MAX_AGE,
      }),
  );
}
