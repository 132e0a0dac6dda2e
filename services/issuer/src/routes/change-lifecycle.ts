import { Type } from 'typebox';
import {
  ChangeLifecycleSchema,
  LIFECYCLE_REASONS,
  LifecycleAnswerSchema,
} from '#api/credential-record';
import { IdempotencyHeadersSchema } from '#api/wire';
import { callerOf, checkScope, trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { checkReason, type LifecycleChanger } from '../domain/lifecycle.ts';
import { keyedCall, parseCredentialId, sendAnswer } from './call.ts';

/** `POST /v1/credentials/{id}/lifecycle`: accepted, withdrawn, archived or restored, with a reason. */
export function changeLifecycle(
  app: Server,
  { lifecycleChanger }: { lifecycleChanger: LifecycleChanger },
): void {
  app.post(
    '/v1/credentials/:id/lifecycle',
    {
      schema: {
        summary: 'Say that a credential was accepted, withdraw it, archive or restore it',
        description:
          'Each event has reasons of its own. `accepted` and `withdrawn` follow `provided` only; withdrawing revokes the credential, and after acceptance it is refused: revoke it instead. `archived` and `restored` keep the record out of searches and bring it back; verifiers see no difference. What stands so already changes nothing. `withdrawn` needs `credentials:revoke`, the others `credentials:issue`. `internalNote` never leaves this service.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        headers: IdempotencyHeadersSchema,
        body: ChangeLifecycleSchema,
        response: { 200: LifecycleAnswerSchema },
      },
      config: {
        access: { scope: 'credentials:issue', orScope: 'credentials:revoke', trust: true },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const scope = body.event === 'withdrawn' ? 'credentials:revoke' : 'credentials:issue';
      checkScope(callerOf(request), scope);
      const call = keyedCall(request, trustOf(request));
      checkReason(body, LIFECYCLE_REASONS);
      const step = { id: parseCredentialId(params.id), ...body };
      return sendAnswer(reply, await lifecycleChanger.change(call, step));
    },
  );
}
