import { ChallengeSchema } from '#api/verifier';
import { callerOf, trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
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
      const { clientId } = callerOf(request);
      return { challenge: await create({ odsCode: trustOf(request), clientId }, deps) };
    },
  );
}
