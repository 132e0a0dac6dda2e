import { Type } from 'typebox';
import { ChangeCredentialStatusSchema, CredentialStatusAnswerSchema } from '#api/credential-record';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import { bitOf, type StatusChanger } from '../domain/change-status.ts';
import type { StatusStanding } from '../domain/mirror-status.ts';
import { keyedCall, parseCredentialId, sendAnswer } from './call.ts';

/** `POST /v1/credentials/{id}/status`: revoke, suspend or reinstate, with a reason. */
export function changeCredentialStatus(
  app: Server,
  { statusChanger }: { statusChanger: StatusChanger },
): void {
  app.post(
    '/v1/credentials/:id/status',
    {
      schema: {
        summary: 'Revoke, suspend or reinstate a credential, with a reason',
        description:
          '`active` ends a suspension; a revocation is final. Verifiers see the change within a minute. Asking for the state it has already changes nothing and answers with the reason and time it was given then. `holderText` is what the holder is told, `internalNote` is for your own file; neither leaves this service.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        headers: IdempotencyHeadersSchema,
        body: ChangeCredentialStatusSchema,
        response: { 200: CredentialStatusAnswerSchema },
      },
      config: { access: { scope: 'credentials:revoke', trust: true } },
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      const { status, ...why } = request.body;
      const change = { id: parseCredentialId(request.params.id), ...bitOf(status), ...why };
      return sendAnswer(reply, await statusChanger.change(call, change, describe));
    },
  );
}

function describe({ changedAt, ...standing }: StatusStanding) {
  return { ...standing, changedAt: toDateTimeStamp(changedAt) };
}
