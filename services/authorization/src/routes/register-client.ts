import { ClientSchema, RegisterClientSchema } from '#api/authorization';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { registerClient } from '../domain/client.ts';
import type { ClientDeps } from '../domain/ports.ts';
import { changeOf, sendStored } from './change.ts';

export function addRegisterClient(app: Server, deps: ClientDeps): void {
  app.post(
    '/v1/clients',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary: "Register a system's client by its public key",
        tags: ['Clients'],
        headers: IdempotencyHeadersSchema,
        body: RegisterClientSchema,
        response: { 201: ClientSchema },
      },
    },
    async (request, reply) =>
      sendStored(reply, await registerClient(deps, changeOf(request, 201), request.body)),
  );
}
