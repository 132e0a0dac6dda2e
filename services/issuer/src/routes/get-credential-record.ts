import { Type } from 'typebox';
import { CredentialRecordSchema } from '#api/credential-record';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { CredentialForm } from '#vc/credential-form';
import type { CredentialRecord } from '../domain/ports.ts';
import { parseCredentialId } from './call.ts';
import { toSummary } from './credential-summary.ts';

interface Details extends CredentialRecord {
  catalogueVersion: string;
  forms: CredentialForm[];
  supersedes: string | undefined;
  supersededBy: string | undefined;
}

interface CredentialDetailsReader {
  load(odsCode: string, id: string): Promise<Details>;
}

/** `GET /v1/credentials/{id}`: all that is recorded of a credential but its documents. */
export function getCredentialRecord(
  app: Server,
  { details }: { details: CredentialDetailsReader },
): void {
  app.get(
    '/v1/credentials/:id',
    {
      schema: {
        summary: 'Get what is recorded of a credential',
        description:
          'Its status, its life, its forms, what it supersedes and what supersedes it. `GET /credentials/{id}` has the document, `GET /v1/credentials/{id}/forms/{form}` each form of it.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: CredentialRecordSchema },
      },
      config: { access: { scope: 'credentials:read', trust: true } },
    },
    async (request) => {
      const id = parseCredentialId(request.params.id);
      const record = await details.load(trustOf(request), id);
      const { catalogueVersion, forms, supersedes = null, supersededBy = null } = record;
      return { ...toSummary(record), catalogueVersion, forms, supersedes, supersededBy };
    },
  );
}
