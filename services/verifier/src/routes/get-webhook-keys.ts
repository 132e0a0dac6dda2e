import { WebhookKeysSchema } from '#api/verifier';
import type { Server } from '#kit/server';

/** `GET /v1/webhook-keys`: the JWK set (RFC 7517) by which receivers verify what they are sent. */
export function getWebhookKeys(
  app: Server,
  { webhookKeys }: { webhookKeys: readonly Record<string, unknown>[] },
): void {
  app.get(
    '/v1/webhook-keys',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The public keys of the signatures on what webhooks get',
        description: 'A JWK set; `kid` is the `keyid` of the signature (RFC 9421).',
        tags: ['Webhooks'],
        response: { 200: WebhookKeysSchema },
      },
    },
    async (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=300');
      return { keys: [...webhookKeys] };
    },
  );
}
