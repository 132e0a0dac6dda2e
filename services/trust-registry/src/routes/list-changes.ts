import { RegistryChangePageSchema, RegistryChangeQuerySchema } from '#api/registry-changes';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Namespace } from '../domain/namespace.ts';
import type { ChangeReader } from '../domain/ports.ts';
import { actorOf, PROPOSER } from './change.ts';
import { toWireChange } from './wire-change.ts';

export function listChanges(
  app: Server,
  deps: { changes: ChangeReader; namespace: Namespace; clock: Clock },
): void {
  app.get(
    '/v1/changes',
    {
      config: { access: PROPOSER },
      schema: {
        summary: 'Changes, newest first: of every organisation for the ICS, else those of the own',
        tags: ['Changes'],
        querystring: RegistryChangeQuerySchema,
        response: { 200: RegistryChangePageSchema },
      },
    },
    async (request, reply) => {
      const { state, odsCode, limit = 50, after } = request.query;
      const reader = actorOf(request);
      if (reader.odsCode === undefined) {
        throw new VcError('FORBIDDEN', 'This call needs a token that names an organisation');
      }
      const own = reader.odsCode === deps.namespace.cellOdsCode ? [] : [reader.odsCode];
      const now = deps.clock();
      // one more than asked for tells whether a page follows
      const found = await deps.changes.listChanges({
        state,
        odsCodes: odsCode === undefined ? own : [...own, odsCode],
        limit: limit + 1,
        now,
        ...(after !== undefined && { before: parseCursor(after) }),
      });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      reply.header('cache-control', 'no-store');
      return {
        items: items.map((each) => toWireChange(each, { reader, namespace: deps.namespace, now })),
        next: last === undefined ? null : Buffer.from(String(last.number)).toString('base64url'),
      };
    },
  );
}

function parseCursor(cursor: string): number {
  const number = Buffer.from(cursor, 'base64url').toString();
  if (/^[1-9]\d{0,14}$/.test(number)) return Number(number);
  const detail = 'is not the `next` of a page';
  throw new VcError('INVALID_REQUEST', `after ${detail}`, {
    errors: [{ pointer: '/querystring/after', detail }],
  });
}
