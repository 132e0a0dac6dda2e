import { Type } from 'typebox';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { Webhooks } from '../domain/watching/ports.ts';
import { askerOf, WebhookParamsSchema } from './webhook-call.ts';

/** `DELETE /v1/webhooks/{id}`: ends it; doing so again changes nothing. */
export function endWebhook(
  app: Server,
  { webhooks, clock }: { webhooks: Webhooks; clock: Clock },
): void {
  app.delete(
    '/v1/webhooks/:id',
    {
      config: { access: { scope: 'webhooks:write', trust: true } },
      schema: {
        summary: 'End a webhook; what still waits for it becomes a dead letter',
        tags: ['Webhooks'],
        params: WebhookParamsSchema,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await webhooks.end(askerOf(request), request.params.id, clock());
      return reply.code(204).send(null);
    },
  );
}
