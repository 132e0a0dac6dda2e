import { CreateKeySchema, KeySchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import type { Answer, Call, KeyPurpose } from '../domain/ports.ts';
import { keyedCall, sendAnswer } from './call.ts';

interface Keys {
  createOnce(call: Call, purpose: KeyPurpose, challenge?: string): Promise<Answer>;
}

/** `POST /v1/keys`: makes a trust's key; it signs nothing before the registry lists it. */
export function createKey(app: Server, { keys }: { keys: Keys }): void {
  app.post(
    '/v1/keys',
    {
      schema: {
        summary: "Make a trust's signing key; register its public half to bring it into use",
        description:
          'The private half never leaves. The key signs once the trust registry lists its public half: ask its `POST /v1/key-challenges`, send the `challenge` here, and propose `pin-key` with the `keyProof` of the answer.',
        tags: ['Keys'],
        headers: IdempotencyHeadersSchema,
        body: CreateKeySchema,
        response: { 201: KeySchema },
      },
      config: { access: { scope: 'keys:admin' } },
    },
    async (request, reply) => {
      const { odsCode, purpose, challenge } = request.body;
      if (purpose === 'receipt') {
        throw new VcError('INVALID_REQUEST', 'Receipt keys are made by the verifier', {
          errors: [{ pointer: '/purpose', detail: 'must be assertion or status' }],
        });
      }
      const call = keyedCall(request, odsCode);
      return sendAnswer(reply, await keys.createOnce(call, purpose, challenge));
    },
  );
}
