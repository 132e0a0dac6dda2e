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
      const { odsCode } = request.body;
      const { clientId } = callerOf(request);
      const { listPairId, revocationListId, suspensionListId, indexes } = await deps.leaseIndexes({
        odsCode,
        clientId,
      });
      const answer: Lease = {
        listPairId,
        revocationList: `${deps.publicOrigin}/status-lists/${revocationListId}`,
        suspensionList: `${deps.publicOrigin}/status-lists/${suspensionListId}`,
        indexes,
      };
      return reply.code(201).send(answer);
    },
  );
}
