import { Type } from 'typebox';
import { DecideChangeSchema, RegistryChangeSchema } from '#api/registry-changes';
import { IdempotencyHeadersSchema, UuidSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { approveChange, rejectChange } from '../domain/changes/decide-change.ts';
import { actorOf, answerChange, APPROVER, type ChangeRouteDeps } from './change.ts';
import { toWireChange } from './wire-change.ts';

export function decideChangeRoutes(app: Server, deps: ChangeRouteDeps): void {
  const schema = {
    tags: ['Changes'],
    params: Type.Object({ id: UuidSchema }),
    headers: IdempotencyHeadersSchema,
    body: DecideChangeSchema,
    response: { 200: RegistryChangeSchema },
  };
  const decisions = [
    {
      path: '/v1/changes/:id/approval',
      summary: 'Approve what another person proposed: it is done at once, or nothing is',
      decide: approveChange,
    },
    {
      path: '/v1/changes/:id/rejection',
      summary: 'Reject a change, or withdraw the own one',
      decide: rejectChange,
    },
  ];
  for (const { path, summary, decide } of decisions) {
    app.post(
      path,
      { config: { access: APPROVER }, schema: { ...schema, summary } },
      async (request, reply) => {
        const by = actorOf(request);
        const input = { id: request.params.id, by, note: request.body.note };
        return answerChange(request, reply, {
          deps,
          change: (changes) => decide(changes, input, deps),
          status: 200,
          body: (change) =>
            toWireChange(change, { reader: by, namespace: deps.namespace, now: deps.clock() }),
        });
      },
    );
  }
}
