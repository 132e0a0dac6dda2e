import { Type } from 'typebox';
import { RegistryChangeSchema } from '#api/registry-changes';
import { UuidSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { mayRead } from '../domain/changes/read-change.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { ChangeReader } from '../domain/ports.ts';
import { actorOf, PROPOSER } from './change.ts';
import { toWireChange } from './wire-change.ts';

export function getChange(
  app: Server,
  deps: { changes: ChangeReader; namespace: Namespace; clock: Clock },
): void {
  app.get(
    '/v1/changes/:id',
    {
      config: { access: PROPOSER },
      schema: {
        summary: 'A change and what became of it; of another organisation it is not there',
        tags: ['Changes'],
        params: Type.Object({ id: UuidSchema }),
        response: { 200: RegistryChangeSchema },
      },
    },
    async (request, reply) => {
      const reader = actorOf(request);
      const change = await deps.changes.findChange(request.params.id);
      if (change === undefined || !mayRead(reader, change, deps.namespace)) {
        throw new VcError('NOT_FOUND', 'There is no such change');
      }
      reply.header('cache-control', 'no-store');
      return toWireChange(change, { reader, namespace: deps.namespace, now: deps.clock() });
    },
  );
}
