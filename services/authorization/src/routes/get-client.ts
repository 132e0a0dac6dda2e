import { Type } from 'typebox';
import { ClientSchema } from '#api/authorization';
import type { Server } from '#kit/server';
import { loadClient } from '../domain/client.ts';
import type { ClientDeps } from '../domain/ports.ts';
import { describeClient } from './change.ts';

export const ClientParamsSchema = Type.Object({ clientId: Type.String({ maxLength: 128 }) });

export function addGetClient(app: Server, deps: ClientDeps): void {
  app.get(
    '/v1/clients/:clientId',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary: 'One client and its keys',
        tags: ['Clients'],
        params: ClientParamsSchema,
        response: { 200: ClientSchema },
      },
    },
    async ({ params }) => describeClient(await loadClient(deps, params.clientId)),
  );
}
