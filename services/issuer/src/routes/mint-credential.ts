import { IssuedFamilySchema, MintCredentialSchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import { RECORD_BODY_LIMIT, type Server } from '#kit/server';
import type { CredentialIssuer } from '../domain/issue-credential.ts';
import { parseMintRequest } from '../domain/parse-mint-request.ts';
import type { Superseder } from '../domain/superseding.ts';
import { keyedCall, sendCredential } from './call.ts';
import { trySuspending } from './try-suspending.ts';

interface Deps {
  issuer: CredentialIssuer;
  superseder: Superseder;
}

/** `POST /v1/credentials`: from a workforce record, or from typed claims. */
export function mintCredential(app: Server, { issuer, superseder }: Deps): void {
  app.post(
    '/v1/credentials',
    {
      schema: {
        summary: 'Issue a credential for an employee, from a workforce record or typed claims',
        description:
          'Send `record` as it is in the Digital Staff Passport API format, or `type` and `claims` of the credential catalogue; one of the two. The employee must have a bound holder key (`POST /v1/holders`) and the trust must be accredited for the type. A member that the type does not have is refused with UNKNOWN_TERM and never dropped; images in a record are dropped and never signed. 201 means that the credential is committed; the same Idempotency-Key gives the same bytes for 24 hours.\n\n`forms` asks for one or several forms of the same credential: JSON-LD of VCDM 2.0 (`vcdm2-…`) or 1.1 (`vcdm1-…`) with Ed25519Signature2020, eddsa-rdfc-2022 or both, `jwt_vc_json`, and SD-JWT VC (`dc+sd-jwt`). All have one id and one status: the first is `verifiableCredential`, the others follow in `otherForms`. Left out, the trust has them as `PUT /v1/form-defaults/{type}` set, else VCDM 2.0 with Ed25519Signature2020. `version` asks for a version of the type, else the newest that is approved. `supersedes` names an older credential of the same employee and type, which is suspended once the new one is committed.',
        tags: ['Credentials'],
        headers: IdempotencyHeadersSchema,
        body: MintCredentialSchema,
        response: { 201: IssuedFamilySchema },
      },
      // a record may carry images, which are dropped
      bodyLimit: RECORD_BODY_LIMIT,
      config: { access: { scope: 'credentials:issue', trust: true } },
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      const answer = await issuer.issue(call, () => parseMintRequest(request.body));
      const { supersedes } = request.body;
      if (supersedes !== undefined) {
        const { odsCode } = call;
        const olderId = supersedes.credentialId;
        await trySuspending(request, superseder, { odsCode, olderId });
      }
      return sendCredential(reply, answer);
    },
  );
}
