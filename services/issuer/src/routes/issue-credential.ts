import { IssueCredentialSchema, VerifiableCredentialAnswerSchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { AnyIssuer } from '../domain/conformance/issue-any-credential.ts';
import type { CredentialIssuer } from '../domain/issue-credential.ts';
import { parseCredential } from '../domain/parse-credential.ts';
import { callOf, sendCredential } from './call.ts';

/** VCALM 1.0 `POST /credentials/issue`. */
export function issueCredential(
  app: Server,
  { issuer, conformance }: { issuer: CredentialIssuer; conformance?: AnyIssuer | undefined },
): void {
  app.post(
    '/credentials/issue',
    {
      schema: {
        summary: 'Issue a credential (VCALM)',
        description:
          '`credential` has `@context`, `type` and `credentialSubject` with the DID of a bound holder as `id`; status, schema, trust framework and proof are added here. `issuer` and `id` may be left out. A `@context` of VCDM 2.0 gives the first VCDM 2.0 form that the trust has set for the type, one of VCDM 1.1 (with `issuanceDate` and `expirationDate`, if any) the first of 1.1; Ed25519Signature2020 where it set none. An Idempotency-Key is optional.',
        tags: ['Credentials'],
        headers: IdempotencyHeadersSchema,
        body: IssueCredentialSchema,
        response: { 201: VerifiableCredentialAnswerSchema },
      },
      config: { access: { scope: 'credentials:issue', trust: true } },
    },
    async (request, reply) => {
      if (conformance) {
        return reply
          .code(201)
          .send({ verifiableCredential: await conformance.issue(request.body) });
      }
      const call = callOf(request, trustOf(request));
      const answer = await issuer.issue(call, () => parseCredential(request.body));
      return sendCredential(reply, answer);
    },
  );
}
