import { Type } from 'typebox';
import { AccreditationSchema, WithdrawAccreditationSchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema, UuidSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { withdrawAccreditation } from '../domain/withdraw-accreditation.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireAccreditation } from './wire.ts';

export function withdrawAccreditationRoute(app: Server, deps: ChangeDeps): void {
  app.post(
    '/v1/organisations/:odsCode/accreditations/:id/withdrawal',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Withdraw an accreditation from now on, or for cause: then it never counted',
        tags: ['Administration'],
        params: Type.Object({ odsCode: OdsCodeSchema, id: UuidSchema }),
        headers: IdempotencyHeadersSchema,
        body: WithdrawAccreditationSchema,
        response: { 200: AccreditationSchema },
      },
    },
    async (request, reply) =>
      answerChange(request, reply, {
        deps,
        change: (changes) =>
          withdrawAccreditation(changes, { ...request.params, ...request.body }, deps.clock()),
        status: 200,
        body: toWireAccreditation,
      }),
  );
}
