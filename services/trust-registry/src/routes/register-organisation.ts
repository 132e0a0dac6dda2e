import { OrganisationSchema, RegisterOrganisationSchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { registerOrganisation } from '../domain/register-organisation.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireOrganisation } from './wire.ts';

export function registerOrganisationRoute(app: Server, deps: ChangeDeps): void {
  app.post(
    '/v1/organisations',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Register an ICS, or a trust under an ICS',
        tags: ['Administration'],
        headers: IdempotencyHeadersSchema,
        body: RegisterOrganisationSchema,
        response: { 201: OrganisationSchema },
      },
    },
    async (request, reply) =>
      answerChange(request, reply, {
        deps,
        change: (changes) => registerOrganisation(changes, request.body, deps.clock()),
        status: 201,
        body: (organisation) => toWireOrganisation(organisation, deps.namespace),
      }),
  );
}
