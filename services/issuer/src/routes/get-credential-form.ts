import { Type } from 'typebox';
import { CredentialInFormSchema } from '#api/credential-record';
import { CredentialFormSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { CredentialForm } from '#vc/credential-form';
import { VcError } from '#vc/error';
import { parseCredentialId, sendAnswer } from './call.ts';

interface Documents {
  findFormBody(odsCode: string, id: string, form: CredentialForm): Promise<string | undefined>;
}

/** `GET /v1/credentials/{id}/forms/{form}`: one form of a family, as it was signed. */
export function getCredentialForm(app: Server, { credentials }: { credentials: Documents }): void {
  app.get(
    '/v1/credentials/:id/forms/:form',
    {
      schema: {
        summary: 'Get one form of an issued credential',
        description:
          'The bytes that were signed and answered when it was issued: JSON-LD as an object, a JWT or SD-JWT (with all its disclosures) as text. Not found for a form in which it was not issued.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String(), form: CredentialFormSchema }),
        response: { 200: CredentialInFormSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request, reply) => {
      const { id, form } = request.params;
      const uuid = parseCredentialId(id);
      const body = await credentials.findFormBody(trustOf(request), uuid, form);
      if (body === undefined) {
        throw new VcError('NOT_FOUND', 'There is no such credential in this form');
      }
      return sendAnswer(reply, { status: 200, contentType: 'application/json', body });
    },
  );
}
