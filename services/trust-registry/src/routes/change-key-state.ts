import { Type } from 'typebox';
import { ChangeKeyStateSchema, RegisteredKeysSchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { changeKeyState } from '../domain/change-key-state.ts';
import { ADMINISTRATOR, answerChange, type ChangeDeps } from './change.ts';
import { toWireKey } from './wire.ts';

const ParamsSchema = Type.Object({
  odsCode: OdsCodeSchema,
  thumbprint: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
});

export function changeKeyStateRoute(app: Server, deps: ChangeDeps): void {
  app.post(
    '/v1/organisations/:odsCode/keys/:thumbprint/state',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Retire a key, or mark it compromised for ever',
        tags: ['Administration'],
        params: ParamsSchema,
        headers: IdempotencyHeadersSchema,
        body: ChangeKeyStateSchema,
        response: { 200: RegisteredKeysSchema },
      },
    },
    async (request, reply) => {
      const did = deps.namespace.didOf(request.params.odsCode);
      return answerChange(request, reply, {
        deps,
        change: (changes) =>
          changeKeyState(changes, { ...request.params, ...request.body }, deps.clock()),
        status: 200,
        body: (keys) => ({ items: keys.map((key) => toWireKey(key, did)) }),
      });
    },
  );
}
