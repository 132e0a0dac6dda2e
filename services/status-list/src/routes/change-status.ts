import { StatusChangeRequestSchema, StatusChangeSchema } from '#api/status-list';
import type { Server } from '#kit/server';
import type { ChangeStatus } from '../domain/change-status.ts';

/** `POST /internal/status-changes`: sets or clears one bit; repeating it changes nothing. */
export function changeStatus(app: Server, deps: Pick<ChangeStatus, 'changeStatus'>): void {
  app.post(
    '/internal/status-changes',
    {
      config: { access: { scope: 'internal:status' } },
      schema: {
        summary: 'Revoke, suspend or reinstate what carries a status index',
        tags: ['Internal'],
        body: StatusChangeRequestSchema,
        response: { 200: StatusChangeSchema },
      },
    },
    async (request) => {
      const { value, changed, changedAt } = await deps.changeStatus(request.body);
      return { value, changed, changedAt: new Date(changedAt).toISOString() };
    },
  );
}
