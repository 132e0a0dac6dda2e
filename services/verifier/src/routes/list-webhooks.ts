import { WebhookPageSchema } from '#api/verifier';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Webhooks } from '../domain/watching/ports.ts';
import { toWireWebhook } from './webhook-call.ts';

/** `GET /v1/webhooks`: the trust's active webhooks, then the newest that ended. */
export function listWebhooks(app: Server, { webhooks }: { webhooks: Webhooks }): void {
  app.get(
    '/v1/webhooks',
    {
      config: { access: { scope: 'events:read', trust: true } },
      schema: {
        summary: 'The webhooks of the trust, and how many events wait or are dead letters',
        tags: ['Webhooks'],
        response: { 200: WebhookPageSchema },
      },
    },
    async (request) => ({ items: (await webhooks.list(trustOf(request))).map(toWireWebhook) }),
  );
}
