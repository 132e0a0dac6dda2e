import { ProposeStatusBatchSchema, StatusBatchSchema } from '#api/status-batches';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { StatusBatches } from '../domain/propose-status-batch.ts';
import { keyedCall, sendAnswer } from './call.ts';
import { describeBatch } from './status-batch.ts';

/** `POST /v1/status-batches`: a preview. */
export function proposeStatusBatch(
  app: Server,
  { statusBatches, clock }: { statusBatches: StatusBatches; clock: Clock },
): void {
  app.post(
    '/v1/status-batches',
    {
      schema: {
        summary: 'Preview a change of the status of many credentials',
        description:
          'Selects by batch label, signing key, type, catalogue version, provider or employee, all that are given, and fixes which credentials would change; nothing changes yet. Read the list at `GET /v1/status-batches/{id}/credentials`, then confirm it within the hour.',
        tags: ['Status batches'],
        headers: IdempotencyHeadersSchema,
        body: ProposeStatusBatchSchema,
        response: { 201: StatusBatchSchema },
      },
      config: { access: { scope: 'credentials:revoke', trust: true } },
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      const answer = await statusBatches.propose(call, request.body, describeBatch(clock));
      const { id } = JSON.parse(answer.body) as { id: string };
      void reply.header('location', `/v1/status-batches/${id}`);
      return sendAnswer(reply, answer);
    },
  );
}
