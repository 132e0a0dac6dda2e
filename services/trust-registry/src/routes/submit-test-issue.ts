import { Type } from 'typebox';
import { ChecklistSchema, TestIssueSchema } from '#api/registry-changes';
import { IdempotencyHeadersSchema, OdsCodeSchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { acceptTestIssue } from '../domain/accept-test-issue.ts';
import { answerChange, type ChangeRouteDeps } from './change.ts';
import { toWireChecklist } from './wire-checklist.ts';

export function submitTestIssue(app: Server, deps: ChangeRouteDeps): void {
  app.post(
    '/v1/organisations/:odsCode/test-issue',
    {
      config: { access: { scope: 'credentials:issue', trust: true } },
      schema: {
        summary: 'Show that an invited trust can issue: a credential signed with its pinned key',
        tags: ['Changes'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        headers: IdempotencyHeadersSchema,
        body: TestIssueSchema,
        response: { 200: ChecklistSchema },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      if (odsCode !== trustOf(request)) {
        throw new VcError('NOT_FOUND', 'There is no such organisation');
      }
      const credential = request.body.verifiableCredential as JsonObject;
      return answerChange(request, reply, {
        deps,
        change: (changes) => acceptTestIssue(changes, { odsCode, credential }, deps),
        status: 200,
        body: toWireChecklist,
      });
    },
  );
}
