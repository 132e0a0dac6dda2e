import { Type } from 'typebox';
import { EmergencySchema } from '#api/registry-changes';
import { OrganisationSchema, RegisteredKeySchema } from '#api/trust-registry';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { compromiseKey, suspendOrganisation } from '../domain/emergency.ts';
import { ADMINISTRATOR, answerChange, type ChangeRouteDeps } from './change.ts';
import { toWireKey, toWireOrganisation } from './wire.ts';

const ThumbprintSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** What one person or system may do without a second: it only takes trust away. */
export function emergencyRoutes(app: Server, deps: ChangeRouteDeps): void {
  app.post(
    '/v1/organisations/:odsCode/keys/:thumbprint/compromise',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Mark a key compromised, for ever and at once; again, the same answer',
        tags: ['Emergencies'],
        params: Type.Object({ odsCode: OdsCodeSchema, thumbprint: ThumbprintSchema }),
        headers: IdempotencyHeadersSchema,
        body: EmergencySchema,
        response: { 200: Type.Object({ items: Type.Array(RegisteredKeySchema) }) },
      },
    },
    async (request, reply) => {
      const did = deps.namespace.didOf(request.params.odsCode);
      return answerChange(request, reply, {
        deps,
        change: (changes) => compromiseKey(changes, { ...request.params, ...request.body }, deps),
        status: 200,
        body: (keys) => ({ items: keys.map((key) => toWireKey(key, did)) }),
      });
    },
  );
  app.post(
    '/v1/organisations/:odsCode/suspension',
    {
      config: { access: ADMINISTRATOR },
      schema: {
        summary: 'Suspend an organisation at once; lifting it needs two people',
        tags: ['Emergencies'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        headers: IdempotencyHeadersSchema,
        body: EmergencySchema,
        response: { 200: OrganisationSchema },
      },
    },
    async (request, reply) =>
      answerChange(request, reply, {
        deps,
        change: (changes) =>
          suspendOrganisation(changes, { ...request.params, ...request.body }, deps),
        status: 200,
        body: (organisation) => toWireOrganisation(organisation, deps.namespace),
      }),
  );
}
