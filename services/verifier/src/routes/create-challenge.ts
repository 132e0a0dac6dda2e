import { ChallengeSchema } from '#api/verifier';
import { callerOf, trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { createChallenge as create, type CreateChallengeDeps } from '../domain/challenges.ts';

/** VCALM 1.0 `POST /challenges`: one use, ten minutes, this trust only. */
export function createChallenge(app: Server, deps: CreateChallengeDeps): void {
  app.post(
    '/challenges',
    {
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary: 'Get a challenge for a presentation to be signed over',
        description:
          'The challenge may be used once, by the trust that asked, within ten minutes. Send no body, or `{}`.',
        tags: ['VCALM'],
        response: { 200: ChallengeSchema },
      },
    },
    async (request) => {
      refuseContent(request.body);
      const { clientId } = callerOf(request);
      return { challenge: await create({ odsCode: trustOf(request), clientId }, deps) };
    },
  );
}

/** Not by a schema, which would demand a body. Something asked for must not be passed over in silence. */
function refuseContent(body: unknown): void {
  if (body === undefined || JSON.stringify(body) === '{}') return;
  throw new VcError('INVALID_REQUEST', 'A challenge has no options: send no body, or {}');
}
