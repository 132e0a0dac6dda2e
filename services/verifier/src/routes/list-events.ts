import { Type } from 'typebox';
import { EventPageSchema } from '#api/verifier';
import { PageQuerySchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toCloudEvent } from '../domain/watching/cloud-event.ts';
import type { Events } from '../domain/watching/ports.ts';
import { parseCursor, toCursor } from './webhook-call.ts';

/** `GET /v1/events`: what changed of that on which the trust relied, oldest first. */
export function listEvents(app: Server, deps: { events: Events; publicOrigin: string }): void {
  app.get(
    '/v1/events',
    {
      config: { access: { scope: 'events:read', trust: true } },
      schema: {
        summary: 'Changes of the status of credentials that the trust relied on, oldest first',
        description:
          'CloudEvents 1.0. `next` is there also at the end: ask again with it to get what came since. An event may come more than once by webhook; its id tells.',
        tags: ['Events'],
        querystring: Type.Object(PageQuerySchema),
        response: { 200: EventPageSchema },
      },
    },
    async (request) => {
      const { limit = 50, after } = request.query;
      const position = parseCursor(after);
      const found = await deps.events.list(trustOf(request), { after: position, limit });
      return {
        items: found.map((event) => toCloudEvent(event, deps.publicOrigin)),
        next: toCursor(found.at(-1)?.number ?? position),
      };
    },
  );
}
