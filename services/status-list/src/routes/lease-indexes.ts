import { type Lease, LeaseRequestSchema, LeaseSchema } from '#api/status-list';
import { callerOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { LeaseIndexes } from '../domain/lease-indexes.ts';

/** `POST /internal/leases`: indexes for credentials that the issuer will sign for a trust. */
export function leaseIndexes(
  app: Server,
  deps: { leaseIndexes: LeaseIndexes; publicOrigin: string },
): void {
  app.post(
    '/internal/leases',
    {
      config: { access: { scope: 'internal:status' } },
      schema: {
        summary: 'Lease unused status indexes of a trust',
        tags: ['Internal'],
        body: LeaseRequestSchema,
        response: { 201: LeaseSchema },
      },
    },
    async (request, reply) => {
      const { odsCode, forms } = request.body;
      const { clientId } = callerOf(request);
      const lease = await deps.leaseIndexes({ odsCode, clientId, forms });
      const urlOf = (listId: string) => `${deps.publicOrigin}/status-lists/${listId}`;
      const { message, token } = lease.twoBitListIds;
      const answer: Lease = {
        listPairId: lease.listPairId,
        revocationList: urlOf(lease.revocationListId),
        suspensionList: urlOf(lease.suspensionListId),
        ...(message !== undefined && { messageList: urlOf(message) }),
        ...(token !== undefined && { tokenList: urlOf(token) }),
        indexes: lease.indexes,
      };
      return reply.code(201).send(answer);
    },
  );
}
