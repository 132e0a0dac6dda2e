import { Type } from 'typebox';
import { UpdateCredentialStatusSchema } from '#api/credential-record';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import type { AnyIssuer } from '../domain/conformance/issue-any-credential.ts';
import type { StatusChanger } from '../domain/change-status.ts';
import { callOf, parseCredentialId, sendAnswer } from './call.ts';

/** VCALM 1.0 `POST /credentials/status`, which has no reason. */
export function updateCredentialStatus(
  app: Server,
  {
    statusChanger,
    conformance,
  }: { statusChanger: StatusChanger; conformance?: AnyIssuer | undefined },
): void {
  app.post(
    '/credentials/status',
    {
      schema: {
        summary: 'Update the status of a credential (VCALM)',
        description:
          'Sets or clears its revocation or suspension entry, with the reason `unspecified`; `POST /v1/credentials/{id}/status` takes a reason.',
        tags: ['Credentials'],
        headers: IdempotencyHeadersSchema,
        body: UpdateCredentialStatusSchema,
        response: { 200: Type.Object({}) },
      },
      config: { access: { scope: 'credentials:revoke', trust: true } },
    },
    async (request, reply) => {
      const { credentialId, credentialStatus, status, indexAllocator } = request.body;
      if (indexAllocator !== undefined) {
        const detail = 'is not supported: indexes are given at issue';
        throw new VcError('UNKNOWN_OPTION_PROVIDED', `indexAllocator ${detail}`, {
          errors: [{ pointer: '/indexAllocator', detail }],
        });
      }
      if (conformance) {
        conformance.updateStatus({ credentialId, credentialStatus, status });
        return reply.send({});
      }
      const change = {
        id: parseCredentialId(credentialId),
        purpose: credentialStatus.statusPurpose,
        value: status,
        reason: 'unspecified',
        entry: credentialStatus,
      };
      const call = callOf(request, trustOf(request));
      return sendAnswer(reply, await statusChanger.change(call, change, () => ({})));
    },
  );
}
