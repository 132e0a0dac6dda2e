import { BindHolderSchema, HolderSchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { HolderBinder } from '../domain/bind-holder.ts';
import { keyedCall, sendAnswer } from './call.ts';

/** `POST /v1/holders`: binds an employee to the key that signed the challenge. */
export function bindHolder(app: Server, { holderBinder }: { holderBinder: HolderBinder }): void {
  app.post(
    '/v1/holders',
    {
      schema: {
        summary: 'Bind an employee to a holder key that signed our challenge',
        description:
          '`verifiablePresentation` is empty of credentials, names the key (`did:key`) as `holder` and is signed by it for `authentication` over challenge and domain. 201 binds the employee to it and ends an older binding; 200 when this key was bound already; 409 when it belongs to another employee.',
        tags: ['Holders'],
        headers: IdempotencyHeadersSchema,
        body: BindHolderSchema,
        response: { 200: HolderSchema, 201: HolderSchema },
      },
      config: { access: { scope: 'holders:write', trust: true } },
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      const { employeeId, verifiablePresentation } = request.body;
      return sendAnswer(reply, await holderBinder.bind(call, employeeId, verifiablePresentation));
    },
  );
}
