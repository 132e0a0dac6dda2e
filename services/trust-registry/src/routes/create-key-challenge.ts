import { KeyChallengeRequestSchema, KeyChallengeSchema } from '#api/registry-changes';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { challengeKey } from '../domain/challenge-key.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { ChallengeStore } from '../domain/ports.ts';
import { toDateTime } from './wire.ts';

export function createKeyChallenge(
  app: Server,
  deps: {
    challenges: ChallengeStore;
    namespace: Namespace;
    clock: Clock;
    createChallenge: () => string;
  },
): void {
  app.post(
    '/v1/key-challenges',
    {
      // the program that makes the keys asks
      config: { access: { scope: 'keys:admin' } },
      schema: {
        summary: 'A challenge that the key to be pinned signs; one for each pin',
        description:
          'Every call gives another challenge, so it needs no Idempotency-Key. It is answered once and kept as a hash.',
        tags: ['Changes'],
        body: KeyChallengeRequestSchema,
        response: { 201: KeyChallengeSchema },
      },
    },
    async (request, reply) => {
      const made = await challengeKey(request.body.odsCode, deps);
      reply.code(201).header('cache-control', 'no-store');
      return { ...made, expiresAt: toDateTime(made.expiresAt) };
    },
  );
}
