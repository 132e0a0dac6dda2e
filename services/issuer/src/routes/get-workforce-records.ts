import { Type } from 'typebox';
import { WorkforceRecordsSchema } from '#api/credential-record';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { readStoredClaims } from '../domain/stored-claims.ts';
import { claimsToRecords } from '../domain/workforce-record.ts';
import { parseCredentialId } from './call.ts';

interface StoredDocuments {
  loadStored(odsCode: string, id: string): Promise<{ type: string; document: string }>;
}

/** `GET /v1/credentials/{id}/records`: what the credential says, as workforce systems read it. */
export function getWorkforceRecords(app: Server, { details }: { details: StoredDocuments }): void {
  app.get(
    '/v1/credentials/:id/records',
    {
      schema: {
        summary: 'Get the claims of a credential as workforce records',
        description:
          'In the Digital Staff Passport API format: one record, one for each event of a health credential, none for a type that the format lacks. A registration number is a JSON number only when no digit is lost by it; images are never there. The format has no status: a credential that is suspended, revoked or superseded has its records still, and `GET /v1/credentials/{id}` says so.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: WorkforceRecordsSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const id = parseCredentialId(request.params.id);
      const { type, document } = await details.loadStored(trustOf(request), id);
      return { records: claimsToRecords({ type, claims: readStoredClaims(document).claims }) };
    },
  );
}
