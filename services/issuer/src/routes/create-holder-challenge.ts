import { HolderChallengeSchema } from '#api/issuer';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { HolderBinder } from '../domain/bind-holder.ts';

/** `POST /v1/holders/challenges`: what a wallet signs to prove that it holds its key. */
export function createHolderChallenge(
  app: Server,
  { holderBinder }: { holderBinder: HolderBinder },
): void {
  app.post(
    '/v1/holders/challenges',
    {
      schema: {
        summary: 'Ask for a challenge for a holder to sign, good for ten minutes and one binding',
        description:
          'Pass challenge and domain to the wallet; it signs an empty presentation over both, which goes to `POST /v1/holders`.',
        tags: ['Holders'],
        response: { 201: HolderChallengeSchema },
      },
      config: { access: { scope: 'holders:write', trust: true } },
    },
    async (request, reply) => {
      const { expiresAt, ...signed } = await holderBinder.challenge(trustOf(request));
      return reply.code(201).send({ ...signed, expiresAt: toDateTimeStamp(expiresAt) });
    },
  );
}
