import { Type } from 'typebox';
import { AccreditationSchema, AccreditSchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { grantAccreditation } from '../domain/grant-accreditation.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireAccreditation } from './wire.ts';

export function grantAccreditationRoute(
  app: Server,
  deps: ChangeDeps & { randomUUID: () => string },
): void {
  app.post(
    '/v1/organisations/:odsCode/accreditations',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Accredit an organisation to issue, or to ask for, a type of credential',
        tags: ['Administration'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        headers: IdempotencyHeadersSchema,
        body: AccreditSchema,
        response: { 201: AccreditationSchema },
      },
    },
    async (request, reply) => {
      const input = { ...request.body, ...request.params, id: deps.randomUUID() };
      return answerChange(request, reply, {
        deps,
        change: (changes) => grantAccreditation(changes, input, deps.clock()),
        status: 201,
        body: toWireAccreditation,
      });
    },
  );
}
