import { StatusChangeBatchRequestSchema, StatusChangeBatchSchema } from '#api/status-list';
import type { Server } from '#kit/server';
import type { ChangeStatus } from '../domain/change-status.ts';

// 500 changes at their longest
const BODY_LIMIT = 256 * 1024;

/** `POST /internal/status-change-batches`: many changes of one trust, each with its own outcome. */
export function changeStatuses(app: Server, deps: Pick<ChangeStatus, 'changeMany'>): void {
  app.post(
    '/internal/status-change-batches',
    {
      bodyLimit: BODY_LIMIT,
      config: { access: { scope: 'internal:status' } },
      schema: {
        summary: 'Revoke, suspend or reinstate many status indexes of one trust',
        tags: ['Internal'],
        body: StatusChangeBatchRequestSchema,
        response: { 200: StatusChangeBatchSchema },
      },
    },
    async (request) => {
      const { odsCode, clientId, changes } = request.body;
      const outcomes = await deps.changeMany(
        changes.map((change) => ({ ...change, odsCode, clientId })),
      );
      return {
        outcomes: outcomes.map((outcome) => {
          if ('refused' in outcome) {
            const { code, message } = outcome.refused;
            return { refused: code, detail: message };
          }
          const { value, changed, changedAt } = outcome;
          return { value, changed, changedAt: new Date(changedAt).toISOString() };
        }),
      };
    },
  );
}
