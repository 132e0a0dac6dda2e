import { CredentialPageSchema, SearchCredentialsSchema } from '#api/issuer';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import type { CredentialRecord, CredentialState } from '../domain/ports.ts';

interface Position {
  issuedAt: number;
  id: string;
}

interface Search {
  employeeId?: string | undefined;
  type?: string | undefined;
  status?: CredentialState | undefined;
  limit: number;
  after?: Position | undefined;
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
          'Filters combine. `next` is the `after` of the following page, null on the last one; pages stay stable while credentials are added.',
        tags: ['Credentials'],
        querystring: SearchCredentialsSchema,
        response: { 200: CredentialPageSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, after, ...filter } = request.query;
      const position = after === undefined ? undefined : parseCursor(after);
      const found = await records.search(trustOf(request), { ...filter, limit, after: position });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? toCursor(last) : null;
      return { items: page.map(toSummary), next };
    },
  );
}

function toSummary(record: CredentialRecord) {
  const { id, employeeId, type, holderDid, issuedAt, validUntil, status } = record;
  return {
    id,
    employeeId,
    type,
    holder: holderDid,
    issuedAt: toDateTimeStamp(issuedAt),
    validUntil: validUntil === undefined ? null : toDateTimeStamp(validUntil),
    status,
  };
}

function toCursor({ issuedAt, id }: Position): string {
  return Buffer.from(`${issuedAt}.${id}`).toString('base64url');
}

function parseCursor(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const match = /^(\d{1,15})\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text);
  const [, issuedAt, id] = match ?? [];
  if (issuedAt !== undefined && id !== undefined) return { issuedAt: Number(issuedAt), id };
  throw new VcError('INVALID_REQUEST', 'after is not the next of an earlier page', {
    errors: [{ pointer: '/querystring/after', detail: 'is not the next of an earlier page' }],
  });
}
