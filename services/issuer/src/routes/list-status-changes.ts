import { Type } from 'typebox';
import { CredentialStatusChangesSchema } from '#api/credential-record';
import type { StatusReason } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { CredentialState } from '../domain/ports.ts';
import { parseCredentialId } from './call.ts';

interface Change {
  status: CredentialState;
  reason: string;
  holderText: string | null;
  internalNote: string | null;
  clientId: string;
  person: string | null;
  /** milliseconds since the epoch */
  changedAt: number;
}

interface Records {
  listChanges(odsCode: string, id: string): Promise<Change[]>;
}

/** `GET /v1/credentials/{id}/status-changes`: what was changed, by whom and with what words. */
export function listStatusChanges(app: Server, { records }: { records: Records }): void {
  app.get(
    '/v1/credentials/:id/status-changes',
    {
      schema: {
        summary: 'List the changes of the status of a credential, oldest first',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: CredentialStatusChangesSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const id = parseCredentialId(request.params.id);
      const changes = await records.listChanges(trustOf(request), id);
      return {
        items: changes.map(({ changedAt, reason, ...change }) => ({
          ...change,
          // only reasons of the list were ever taken
          reason: reason as StatusReason,
          changedAt: toDateTimeStamp(changedAt),
        })),
      };
    },
  );
}
