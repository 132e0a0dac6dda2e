import { MintCredentialSchema, VerifiableCredentialAnswerSchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import { RECORD_BODY_LIMIT, type Server } from '#kit/server';
import type { CredentialIssuer } from '../domain/issue-credential.ts';
import { parseMintRequest } from '../domain/parse-mint-request.ts';
import { keyedCall, sendCredential } from './call.ts';

/** `POST /v1/credentials`: from a workforce record, or from typed claims. */
export function mintCredential(app: Server, { issuer }: { issuer: CredentialIssuer }): void {
  app.post(
    '/v1/credentials',
    {
      schema: {
        summary: 'Issue a credential for an employee, from a workforce record or typed claims',
        description:
          'Send `record` as it is in the Digital Staff Passport API format, or `type` and `claims` of the credential catalogue; one of the two. The employee must have a bound holder key (`POST /v1/holders`) and the trust must be accredited for the type. A member that the type does not have is refused with UNKNOWN_TERM and never dropped; images in a record are dropped and never signed. 201 means that the credential is committed; the same Idempotency-Key gives the same bytes for 24 hours.',
        tags: ['Credentials'],
        headers: IdempotencyHeadersSchema,
        body: MintCredentialSchema,
        response: { 201: VerifiableCredentialAnswerSchema },
      },
      // a record may carry images, which are dropped
      bodyLimit: RECORD_BODY_LIMIT,
      config: { access: { scope: 'credentials:issue', trust: true } },
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      const answer = await issuer.issue(call, () => parseMintRequest(request.body));
      return sendCredential(reply, answer);
    },
  );
}
