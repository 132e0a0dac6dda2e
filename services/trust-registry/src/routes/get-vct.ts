import { Type } from 'typebox';
import { CredentialTypeNameSchema, DocumentSchema } from '#api/wire';
import { typeMetadata, vctUrl } from '#catalogue/catalogue';
import { RELEASE_MAX_AGE, sendPublicDocument } from '#kit/public-document';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';

/** Where the `vct` of our SD-JWTs leads (SD-JWT VC §5.3.1). */
export function getVct(app: Server): void {
  app.get(
    '/vct/:type/:major',
    {
      config: { access: 'public' },
      schema: {
        summary:
          'SD-JWT VC type metadata of a type: its claims in words, and which may be withheld',
        tags: ['Contexts, schemas and problems'],
        params: Type.Object({
          type: CredentialTypeNameSchema,
          major: Type.String({ pattern: '^(0|[1-9]\\d{0,3})$' }),
        }),
        response: { 200: DocumentSchema },
      },
    },
    async (request, reply) => {
      const { type, major } = request.params;
      const document = typeMetadata(vctUrl(type, `${major}.0.0`));
      if (document === undefined) {
        throw new VcError('NOT_FOUND', 'The catalogue has no such major version of such a type');
      }
      return sendPublicDocument(request, reply, {
        body: JSON.stringify(document),
        contentType: 'application/json',
        maxAge: RELEASE_MAX_AGE,
      });
    },
  );
}
