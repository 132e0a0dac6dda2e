import { Type } from 'typebox';
import { CredentialTypeNameSchema, DocumentSchema } from '#api/wire';
import { credentialSchemaDocument } from '#catalogue/catalogue';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { RELEASE_MAX_AGE, sendPublicDocument } from '#kit/public-document';

export function getCredentialSchema(app: Server): void {
  app.get(
    '/schemas/:type/:version',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The JSON Schema (2020-12) that a credential of this type and version follows',
        tags: ['Contexts, schemas and problems'],
        params: Type.Object({
          type: CredentialTypeNameSchema,
          version: Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$' }),
        }),
        response: {
          200: {
            description: 'JSON Schema',
            content: { 'application/schema+json': { schema: DocumentSchema } },
          },
        },
      },
    },
    async (request, reply) => {
      const { type, version } = request.params;
      const document = credentialSchemaDocument(type, version);
      if (document === undefined) {
        throw new VcError('NOT_FOUND', 'The catalogue has no such version of such a type');
      }
      return sendPublicDocument(request, reply, {
        body: JSON.stringify(document),
        contentType: 'application/schema+json',
        maxAge: RELEASE_MAX_AGE,
      });
    },
  );
}
