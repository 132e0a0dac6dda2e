import { CreateWebhookSchema, WebhookSchema } from '#api/verifier';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { parseWebhookUrl } from '../domain/watching/webhook-url.ts';
import type { Webhooks } from '../domain/watching/ports.ts';
import { sendAnswer, toWireWebhook, webhookCall } from './webhook-call.ts';

export interface CreateWebhookDeps {
  webhooks: Webhooks;
  clock: Clock;
  randomUUID: () => string;
}

/** `POST /v1/webhooks`: from now on the trust's events are sent there too. */
export function createWebhook(
  app: Server,
  { webhooks, clock, randomUUID }: CreateWebhookDeps,
): void {
  app.post(
    '/v1/webhooks',
    {
      config: { access: { scope: 'webhooks:write', trust: true } },
      schema: {
        summary: 'Have events sent to an address',
        description:
          'https on port 443 of a public host name. Each event comes at least once, in no promised order, as a signed POST (RFC 9421; keys at `/v1/webhook-keys`). At most 10 active webhooks.',
        tags: ['Webhooks'],
        headers: IdempotencyHeadersSchema,
        body: CreateWebhookSchema,
        response: { 201: WebhookSchema },
      },
    },
    async (request, reply) => {
      const call = webhookCall(request, clock());
      const { url, description = null } = request.body;
      const webhook = { id: randomUUID(), url: parseWebhookUrl(url), description };
      return sendAnswer(reply, await webhooks.create(call, webhook, toWireWebhook));
    },
  );
}
