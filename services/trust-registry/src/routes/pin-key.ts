import { Type } from 'typebox';
import { RegisteredKeySchema, RegisterKeySchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { pinKey } from '../domain/pin-key.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireKey } from './wire.ts';

export function pinKeyRoute(app: Server, deps: ChangeDeps): void {
  app.post(
    '/v1/organisations/:odsCode/keys',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Pin a public key to an organisation for a purpose',
        tags: ['Administration'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        headers: IdempotencyHeadersSchema,
        body: RegisterKeySchema,
        response: { 201: RegisteredKeySchema },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      return answerChange(request, reply, {
        deps,
        change: (changes) => pinKey(changes, { ...request.body, odsCode }, deps.clock()),
        status: 201,
        body: (key) => toWireKey(key, deps.namespace.didOf(odsCode)),
      });
    },
  );
}
