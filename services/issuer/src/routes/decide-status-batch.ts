import { Type } from 'typebox';
import { StatusBatchSchema } from '#api/status-batches';
import { IdempotencyHeadersSchema } from '#api/wire';
import { type Access, personOf, trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { StatusBatches } from '../domain/propose-status-batch.ts';
import { keyedCall, sendAnswer } from './call.ts';
import { describeBatch, parseBatchId } from './status-batch.ts';

interface Decision {
  decide: 'confirm' | 'approve' | 'reject' | 'undo';
  access: Exclude<Access, string>;
  summary: string;
  description: string;
}

const ASKS = { scope: 'credentials:revoke', trust: true };
const APPROVES = { scope: 'credentials:approve', trust: true, person: true } as const;

/** `POST /v1/status-batches/{id}/…`: what people and clients say to a preview, and to a revocation that began. */
const DECISIONS: Record<string, Decision> = {
  confirmation: {
    decide: 'confirm',
    access: ASKS,
    summary: 'Confirm a preview',
    description:
      'A small batch runs at once, a larger one waits for another person. A revocation suspends first and revokes when its undo window has ended.',
  },
  approval: {
    decide: 'approve',
    access: APPROVES,
    summary: 'Approve a batch that another person asked for',
    description:
      'Needs the token of a person of the trust who signed in with two factors and neither proposed nor confirmed it.',
  },
  rejection: {
    decide: 'reject',
    access: APPROVES,
    summary: 'Reject a batch that another person asked for',
    description: 'Nothing was changed, and nothing will be.',
  },
  undo: {
    decide: 'undo',
    access: ASKS,
    summary: 'Undo a revocation within its window',
    description:
      'Lifts the suspension of what this batch suspended. What was suspended before stays so, and what was revoked by itself meanwhile stays revoked.',
  },
};

export function decideStatusBatch(
  app: Server,
  { statusBatches, clock }: { statusBatches: StatusBatches; clock: Clock },
): void {
  for (const [path, { decide, access, summary, description }] of Object.entries(DECISIONS)) {
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
        config: { access },
      },
      async (request, reply) => {
        const { id } = request.params;
        if (access.person === true) personOf(request);
        const call = keyedCall(request, trustOf(request));
        const answer = await statusBatches[decide](call, parseBatchId(id), describeBatch(clock));
        return sendAnswer(reply, answer);
      },
    );
  }
}
