import { Type } from 'typebox';
import { VerifiableCredentialAnswerSchema } from '#api/issuer';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { parseCredentialId, sendAnswer } from './call.ts';

interface Documents {
  findAnswerBody(odsCode: string, id: string): Promise<string | undefined>;
}

/** VCALM 1.0 `GET /credentials/{id}`: the bytes that were signed and answered, never signed again. */
export function getCredential(app: Server, { credentials }: { credentials: Documents }): void {
  app.get(
    '/credentials/:id',
    {
      schema: {
        summary: 'Get an issued credential (VCALM)',
        description:
          'The bytes that were signed and answered when it was issued: of its first form, a JWT or SD-JWT as an EnvelopedVerifiableCredential. Takes the bare UUID or `urn:uuid:`.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: VerifiableCredentialAnswerSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request, reply) => {
      const id = parseCredentialId(request.params.id);
      const body = await credentials.findAnswerBody(trustOf(request), id);
      if (body === undefined) throw new VcError('NOT_FOUND', 'There is no such credential');
      return sendAnswer(reply, { status: 200, contentType: 'application/json', body });
    },
  );
}
