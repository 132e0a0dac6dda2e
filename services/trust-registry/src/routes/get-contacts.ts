import { Type } from 'typebox';
import { ContactsSchema } from '#api/registry-changes';
import { OdsCodeSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { findContacts } from '../domain/find-contacts.ts';
import type { ContactReader } from '../domain/ports.ts';

export function getContacts(app: Server, deps: { readiness: ContactReader }): void {
  app.get(
    '/v1/organisations/:odsCode/contacts',
    {
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary: 'Whom to ask who can fix a gap; for registered trusts only',
        tags: ['Organisations'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        response: { 200: ContactsSchema },
      },
    },
    async (request, reply) => {
      const askedBy = trustOf(request);
      reply.header('cache-control', 'no-store');
      return findContacts(deps.readiness, { odsCode: request.params.odsCode, askedBy });
    },
  );
}
