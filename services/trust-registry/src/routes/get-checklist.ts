import { Type } from 'typebox';
import { ChecklistSchema } from '#api/registry-changes';
import { OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { loadChecklist } from '../domain/checklist.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { ReadinessReader } from '../domain/ports.ts';
import { actorOf, PROPOSER } from './change.ts';
import { toWireChecklist } from './wire-checklist.ts';

export function getChecklist(
  app: Server,
  deps: {
    readiness: ReadinessReader;
    namespace: Namespace;
    clock: Clock;
  },
): void {
  app.get(
    '/v1/organisations/:odsCode/checklist',
    {
      config: { access: PROPOSER },
      schema: {
        summary: 'What an organisation has done, and what it lacks, before it can be registered',
        tags: ['Changes'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        response: { 200: ChecklistSchema },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      const reader = actorOf(request);
      const mayRead = [odsCode, deps.namespace.cellOdsCode].includes(reader.odsCode ?? '');
      const found = mayRead ? await deps.readiness.findOrganisation(odsCode) : undefined;
      if (found === undefined) throw new VcError('NOT_FOUND', 'There is no such organisation');
      reply.header('cache-control', 'no-store');
      const checklist = await loadChecklist(
        { changes: deps.readiness, now: deps.clock() },
        odsCode,
      );
      return toWireChecklist(checklist);
    },
  );
}
