import { Type } from 'typebox';
import { DateTimeSchema, IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { SigningKeyStore } from '../domain/ports.ts';
import { changeRequestOf, jsonAnswer, sendStored } from './change.ts';

export function addRotateSigningKey(app: Server, signingKeys: SigningKeyStore): void {
  app.post(
    '/v1/signing-keys/rotation',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary: 'Make the next key of access tokens: published now, signing in a minute',
        tags: ['Signing keys'],
        headers: IdempotencyHeadersSchema,
        response: { 201: Type.Object({ kid: Type.String(), signsFrom: DateTimeSchema }) },
      },
    },
    async (request, reply) => {
      const answer = await signingKeys.rotate(changeRequestOf(request), ({ kid, signsFrom }) =>
        jsonAnswer(201, { kid, signsFrom: signsFrom.toISOString() }),
      );
      return sendStored(reply, answer);
    },
  );
}
