import { ClientSchema } from '#api/authorization';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { ClientDeps } from '../domain/ports.ts';
import { changeOf, sendStored } from './change.ts';
import { ClientParamsSchema } from './get-client.ts';

export function addRevokeClient(app: Server, { clients }: ClientDeps): void {
  app.post(
    '/v1/clients/:clientId/revocation',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary: 'Revoke a client for good: it gets no further token',
        tags: ['Clients'],
        headers: IdempotencyHeadersSchema,
        params: ClientParamsSchema,
        response: { 200: ClientSchema },
      },
    },
    async (request, reply) =>
      sendStored(reply, await clients.revoke(changeOf(request, 200), request.params.clientId)),
  );
}
