import { Type } from 'typebox';
import { ClientPageSchema } from '#api/authorization';
import { PageQuerySchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { ClientDeps } from '../domain/ports.ts';
import { describeClient } from './change.ts';

export function addListClients(app: Server, { clients }: ClientDeps): void {
  app.get(
    '/v1/clients',
    {
      config: { access: { scope: 'clients:admin' } },
      schema: {
        summary: 'List clients in the order of their registration',
        tags: ['Clients'],
        querystring: Type.Object(PageQuerySchema, { additionalProperties: false }),
        response: { 200: ClientPageSchema },
      },
    },
    async ({ query: { limit = 50, after } }) => {
      const { items, next } = await clients.list({ limit, after });
      return { items: items.map(describeClient), next };
    },
  );
}
