import { ProposeChangeSchema, RegistryChangeSchema } from '#api/registry-changes';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { proposeChange } from '../domain/changes/propose-change.ts';
import { actorOf, answerChange, type ChangeRouteDeps, PROPOSER } from './change.ts';
import { toWireChange } from './wire-change.ts';

export function proposeChangeRoute(app: Server, deps: ChangeRouteDeps): void {
  app.post(
    '/v1/changes',
    {
      config: { access: PROPOSER },
      schema: {
        summary: 'Propose operations that another person is to approve; all of them or none',
        tags: ['Changes'],
        headers: IdempotencyHeadersSchema,
        body: ProposeChangeSchema,
        response: { 201: RegistryChangeSchema },
      },
    },
    async (request, reply) => {
      const by = actorOf(request);
      return answerChange(request, reply, {
        deps,
        change: (changes) => proposeChange(changes, { proposal: request.body, by }, deps),
        status: 201,
        body: (change) =>
          toWireChange(change, { reader: by, namespace: deps.namespace, now: change.proposedAt }),
      });
    },
  );
}
