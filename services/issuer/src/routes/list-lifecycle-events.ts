import { Type } from 'typebox';
import { LifecycleEventsSchema } from '#api/credential-record';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { RecordedEvent } from '../domain/lifecycle.ts';
import { parseCredentialId } from './call.ts';

interface Event {
  event: RecordedEvent;
  reason: string;
  internalNote: string | null;
  clientId: string;
  person: string | null;
  /** milliseconds since the epoch */
  happenedAt: number;
}

interface Lifecycles {
  listEvents(odsCode: string, id: string): Promise<Event[]>;
}

/** `GET /v1/credentials/{id}/lifecycle-events`: each step of its life, by whom and why. */
export function listLifecycleEvents(app: Server, { lifecycles }: { lifecycles: Lifecycles }): void {
  app.get(
    '/v1/credentials/:id/lifecycle-events',
    {
      schema: {
        summary: 'List the events of the life of a credential, oldest first',
        description:
          'What its trust said of it, and `superseded` or `reissued` when a newer credential took its place.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: LifecycleEventsSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const id = parseCredentialId(request.params.id);
      const events = await lifecycles.listEvents(trustOf(request), id);
      return {
        items: events.map(({ happenedAt, ...event }) => ({
          ...event,
          happenedAt: toDateTimeStamp(happenedAt),
        })),
      };
    },
  );
}
