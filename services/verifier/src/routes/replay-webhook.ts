import { ReplayAnswerSchema, ReplaySchema } from '#api/verifier';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { Webhooks } from '../domain/watching/ports.ts';
import { sendAnswer, webhookCall, WebhookParamsSchema } from './webhook-call.ts';

/** `POST /v1/webhooks/{id}/replay`: sends dead letters, or everything since an event, again. */
export function replayWebhook(
  app: Server,
  { webhooks, clock }: { webhooks: Webhooks; clock: Clock },
): void {
  app.post(
    '/v1/webhooks/:id/replay',
    {
      config: { access: { scope: 'webhooks:write', trust: true } },
      schema: {
        summary: 'Send again: the dead letters, or every event from `since` on',
        tags: ['Webhooks'],
        params: WebhookParamsSchema,
        headers: IdempotencyHeadersSchema,
        body: ReplaySchema,
        response: { 200: ReplayAnswerSchema },
      },
    },
    async (request, reply) => {
      const call = webhookCall(request, clock());
      const what = { id: request.params.id, since: request.body.since };
      const answer = await webhooks.replay(call, what, (replayed) => ({ replayed }));
      return sendAnswer(reply, answer);
    },
  );
}
