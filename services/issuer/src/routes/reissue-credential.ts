import { Type } from 'typebox';
import { ReissueCredentialSchema } from '#api/credential-record';
import { IssuedFamilySchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { callerOf, checkScope, trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Reissuer } from '../domain/reissue-credential.ts';
import type { Superseder } from '../domain/superseding.ts';
import { keyedCall, parseCredentialId, sendCredential } from './call.ts';
import { trySuspending } from './try-suspending.ts';

interface Deps {
  reissuer: Reissuer;
  superseder: Superseder;
}

/** `POST /v1/credentials/{id}/reissue`: the same claims, signed again; supersedes it. */
export function reissueCredential(app: Server, { reissuer, superseder }: Deps): void {
  app.post(
    '/v1/credentials/:id/reissue',
    {
      schema: {
        summary: 'Issue a credential again, unchanged, for the key that its holder has now',
        description:
          'Claims, period, label and `lastRefresh` stay; the id, the signature and the status are new, the version of the type is the newest. The older one is superseded: suspended, and named by the newer. Refused when it is withdrawn, superseded, revoked or expired, and while it is suspended for another reason than `holder-request` or `key-compromise`. Needs `credentials:read` too: the answer has claims that you did not send.',
        tags: ['Credentials'],
        params: Type.Object({ id: Type.String() }),
        headers: IdempotencyHeadersSchema,
        body: ReissueCredentialSchema,
        response: { 201: IssuedFamilySchema },
      },
      config: { access: { scope: 'credentials:issue', trust: true } },
    },
    async (request, reply) => {
      checkScope(callerOf(request), 'credentials:read');
      const call = keyedCall(request, trustOf(request));
      const id = parseCredentialId(request.params.id);
      const answer = await reissuer.reissue(call, { id, ...request.body });
      await trySuspending(request, superseder, { odsCode: call.odsCode, olderId: id });
      return sendCredential(reply, answer);
    },
  );
}
