import { Type } from 'typebox';
import { ChangeOrganisationStatusSchema, OrganisationSchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { changeOrganisationStatus } from '../domain/change-organisation-status.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireOrganisation } from './wire.ts';

export function changeOrganisationStatusRoute(app: Server, deps: ChangeDeps): void {
  app.post(
    '/v1/organisations/:odsCode/status',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Suspend an organisation, lift the suspension, or close it for ever',
        tags: ['Administration'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        headers: IdempotencyHeadersSchema,
        body: ChangeOrganisationStatusSchema,
        response: { 200: OrganisationSchema },
      },
    },
    async (request, reply) =>
      answerChange(request, reply, {
        deps,
        change: (changes) =>
          changeOrganisationStatus(changes, { ...request.body, ...request.params }, deps.clock()),
        status: 200,
        body: (organisation) => toWireOrganisation(organisation, deps.namespace),
      }),
  );
}
