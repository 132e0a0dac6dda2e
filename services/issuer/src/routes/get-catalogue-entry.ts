import { Type } from 'typebox';
import { CatalogueEntrySchema } from '#api/catalogue';
import { CredentialTypeNameSchema } from '#api/wire';
import { sendPublicDocument } from '#kit/public-document';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { describeType, type PublishedCatalogue } from '../domain/describe-catalogue.ts';
import { CATALOGUE_MAX_AGE } from './list-catalogue.ts';

export function getCatalogueEntry(
  app: Server,
  { catalogue }: { catalogue: PublishedCatalogue },
): void {
  app.get(
    '/v1/catalogue/:type/:version',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What must be sent for a type, and how it looks',
        tags: ['Catalogue'],
        params: Type.Object({
          type: CredentialTypeNameSchema,
          version: Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' }),
        }),
        response: { 200: CatalogueEntrySchema },
      },
    },
    async (request, reply) => {
      const { type, version } = request.params;
      const entry = catalogue.findCredentialType(type, version);
      if (entry === undefined) {
        throw new VcError('NOT_FOUND', 'The catalogue has no such version of such a type');
      }
      return sendPublicDocument(request, reply, {
        body: JSON.stringify(describeType(entry, catalogue.findCredentialType(type)?.version)),
        contentType: 'application/json',
        maxAge: CATALOGUE_MAX_AGE,
      });
    },
  );
}
