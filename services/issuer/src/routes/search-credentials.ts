import { CredentialPageSchema, SearchCredentialsSchema } from '#api/issuer';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { CredentialRecord, CredentialState } from '../domain/ports.ts';
import { toSummary } from './credential-summary.ts';
import { parseCursor, toCursor } from './cursor.ts';

interface Search {
  employeeId?: string | undefined;
  type?: string | undefined;
  status?: CredentialState | undefined;
  archived?: boolean | undefined;
  limit: number;
  after?: { issuedAt: number; id: string } | undefined;
}

interface Records {
  search(odsCode: string, search: Search): Promise<CredentialRecord[]>;
}

const DEFAULT_LIMIT = 50;

/** `GET /v1/credentials`: a trust's credentials, newest first. */
export function searchCredentials(app: Server, { records }: { records: Records }): void {
  app.get(
    '/v1/credentials',
    {
      schema: {
        summary: 'Search issued credentials, newest first',
        description:
          'Filters combine. `next` is the `after` of the following page, null on the last one; pages stay stable while credentials are added. What is archived is found with `archived=true` only.',
        tags: ['Credentials'],
        querystring: SearchCredentialsSchema,
        response: { 200: CredentialPageSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, after, ...filter } = request.query;
      const at = parseCursor(after);
      const position = at && { issuedAt: at.at, id: at.id };
      const found = await records.search(trustOf(request), { ...filter, limit, after: position });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const more = found.length > limit && last !== undefined;
      const next = more ? toCursor({ at: last.issuedAt, id: last.id }) : null;
      return { items: page.map(toSummary), next };
    },
  );
}
