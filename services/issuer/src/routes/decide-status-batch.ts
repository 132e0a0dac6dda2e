import { Type } from 'typebox';
import { StatusBatchSchema } from '#api/issuer';
import { IdempotencyHeadersSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { StatusBatches } from '../domain/propose-status-batch.ts';
import { keyedCall, sendAnswer } from './call.ts';
import { describeBatch, parseBatchId } from './status-batch.ts';

/** `POST /v1/status-batches/{id}/…`: what people and clients say to a preview, and to a revocation that began. */
const DECISIONS = {
  confirmation: {
    decide: 'confirm',
    scope: 'credentials:revoke',
    summary: 'Confirm a preview',
    description:
      'A small batch runs at once, a larger one waits for another person. A revocation suspends first and revokes when its undo window has ended.',
  },
  approval: {
    decide: 'approve',
    scope: 'credentials:approve',
    summary: 'Approve a batch that another person asked for',
    description:
      'Needs the token of a person of the trust who signed in with two factors and neither proposed nor confirmed it.',
  },
  rejection: {
    decide: 'reject',
    scope: 'credentials:approve',
    summary: 'Reject a batch that another person asked for',
    description: 'Nothing was changed, and nothing will be.',
  },
  undo: {
    decide: 'undo',
    scope: 'credentials:revoke',
    summary: 'Undo a revocation within its window',
    description:
      'Lifts the suspension of what this batch suspended. What was suspended before stays so, and what was revoked by itself meanwhile stays revoked.',
  },
} as const;

export function decideStatusBatch(
  app: Server,
  { statusBatches, clock }: { statusBatches: StatusBatches; clock: Clock },
): void {
  for (const [path, { decide, scope, summary, description }] of Object.entries(DECISIONS)) {
    app.post(
      `/v1/status-batches/:id/${path}`,
      {
        schema: {
          summary,
          description,
          tags: ['Status batches'],
          params: Type.Object({ id: Type.String() }),
          headers: IdempotencyHeadersSchema,
          response: { 200: StatusBatchSchema },
        },
        config: { access: { scope, trust: true } },
      },
      async (request, reply) => {
        const { id } = request.params;
        const call = keyedCall(request, trustOf(request));
        const answer = await statusBatches[decide](call, parseBatchId(id), describeBatch(clock));
        return sendAnswer(reply, answer);
      },
    );
  }
}
