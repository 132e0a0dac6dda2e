import { AuthorizationAnswerSchema, AuthorizationQuerySchema } from '#api/trust-registry';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { answerAuthorizationQuery } from '../domain/answer-authorization-query.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { allowBrowserPost } from './public-document.ts';

/** ToIP Trust Registry Query Protocol v2. */
export function queryAuthorization(
  app: Server,
  deps: { registry: RegistryReader; namespace: Namespace; clock: Clock },
): void {
  allowBrowserPost(app, '/authorization');
  app.post(
    '/authorization',
    {
      config: { access: 'public' },
      schema: {
        summary: 'TRQP: may this entity issue, or ask for, this type of credential',
        tags: ['Trust registry query (TRQP)'],
        body: AuthorizationQuerySchema,
        response: { 200: AuthorizationAnswerSchema },
      },
    },
    async (request) =>
      answerAuthorizationQuery(request.body, {
        namespace: deps.namespace,
        findRecord: (odsCode) => deps.registry.findRecord(odsCode),
        now: deps.clock(),
      }),
  );
}
