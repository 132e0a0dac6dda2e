import { ClientSchema, RotateClientKeySchema } from '#api/authorization';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { rotateClientKey } from '../domain/client.ts';
import type { ClientDeps } from '../domain/ports.ts';
import { changeOf, sendStored } from './change.ts';
import { ClientParamsSchema } from './get-client.ts';

export function addRotateClientKey(app: Server, deps: ClientDeps): void {
  app.post(
    '/v1/clients/:clientId/keys',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary:
          "Add a client's next key; its older keys end after the overlap (a day, unless stated)",
        tags: ['Clients'],
        headers: IdempotencyHeadersSchema,
        params: ClientParamsSchema,
        body: RotateClientKeySchema,
        response: { 201: ClientSchema },
      },
    },
    async (request, reply) => {
      const rotation = { ...request.body, clientId: request.params.clientId };
      return sendStored(reply, await rotateClientKey(deps, changeOf(request, 201), rotation));
    },
  );
}
