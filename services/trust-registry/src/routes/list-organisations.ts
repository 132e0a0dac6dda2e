import { OrganisationPageSchema, OrganisationQuerySchema } from '#api/trust-registry';
import type { Server } from '#kit/server';
import { invalid } from '../domain/moments.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { toWireOrganisation } from './wire.ts';

const ODS_CODE = /^[A-Z0-9]{3,10}$/;

export function listOrganisations(
  app: Server,
  deps: { registry: RegistryReader; namespace: Namespace },
): void {
  app.get(
    '/v1/organisations',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Organisations, in the order of their ODS codes; suspended and closed ones too',
        tags: ['Organisations'],
        querystring: OrganisationQuerySchema,
        response: { 200: OrganisationPageSchema },
      },
    },
    async (request) => {
      const { name, ics, ods, kind, status, limit = 50, after } = request.query;
      // PostgreSQL has no text with NUL in it
      if (name?.includes('\0') === true) throw invalid('/querystring/name', 'holds a NUL');
      // one more than asked for tells whether a page follows
      const found = await deps.registry.listOrganisations({
        name,
        icsOdsCode: ics,
        odsCodeStart: ods,
        kind,
        status,
        limit: limit + 1,
        ...(after !== undefined && { after: parseCursor(after) }),
      });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return {
        items: items.map((organisation) => toWireOrganisation(organisation, deps.namespace)),
        next: last === undefined ? null : Buffer.from(last.odsCode).toString('base64url'),
      };
    },
  );
}

function parseCursor(cursor: string): string {
  const odsCode = Buffer.from(cursor, 'base64url').toString();
  if (ODS_CODE.test(odsCode)) return odsCode;
  throw invalid('/querystring/after', 'is not the `next` of a page');
}
