import { Type } from 'typebox';
import { DeliveryPageSchema } from '#api/verifier';
import { PageQuerySchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { Delivery, Webhooks } from '../domain/watching/ports.ts';
import { parseCursor, toCursor, WebhookParamsSchema } from './webhook-call.ts';

const QuerySchema = Type.Object({
  ...PageQuerySchema,
  state: Type.Optional(Type.Enum(['waiting', 'delivered', 'dead'])),
});

/** `GET /v1/webhooks/{id}/deliveries`: the dead letters with `state=dead`, oldest event first. */
export function listDeliveries(app: Server, { webhooks }: { webhooks: Webhooks }): void {
  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      config: { access: { scope: 'events:read', trust: true } },
      schema: {
        summary: 'The way of each event to a webhook; `state=dead` shows the dead letters',
        tags: ['Webhooks'],
        params: WebhookParamsSchema,
        querystring: QuerySchema,
        response: { 200: DeliveryPageSchema },
      },
    },
    async (request) => {
      const { limit = 50, after, state } = request.query;
      // one more than asked for tells whether a page follows
      const page = { state, after: parseCursor(after), limit: limit + 1 };
      const found = await webhooks.deliveries(trustOf(request), request.params.id, page);
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items: items.map(onWire), next: last ? toCursor(last.eventNumber) : null };
    },
  );
}

function onWire({ eventId, state, attempts, lastAttemptAt, lastAnswer, nextAttemptAt }: Delivery) {
  return {
    eventId,
    state,
    attempts,
    lastAttemptAt: lastAttemptAt === null ? null : toDateTimeStamp(lastAttemptAt),
    lastAnswer,
    nextAttemptAt: nextAttemptAt === null ? null : toDateTimeStamp(nextAttemptAt),
  };
}
