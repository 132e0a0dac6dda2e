import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '#kit/auth';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Namespace } from '../domain/namespace.ts';
import type { Change, ChangeOnce, RegistryChanges } from '../domain/ports.ts';

export interface ChangeDeps {
  changeOnce: ChangeOnce;
  clock: Clock;
  namespace: Namespace;
}

/** Who may change the registry. */
export const ADMINISTRATOR = { scope: 'registry:admin' } as const;

/** The recipe of every change: an idempotency key, the change, its answer. @throws VcError IDEMPOTENCY_KEY_REQUIRED */
export async function answerChange<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    deps: ChangeDeps;
    change: (changes: RegistryChanges) => Promise<Change<T>>;
    status: 200 | 201;
    body: (result: T) => unknown;
  },
): Promise<FastifyReply> {
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string') {
    throw new VcError('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key header');
  }
  const answer = await options.deps.changeOnce(
    {
      clientId: callerOf(request).clientId,
      idempotencyKey,
      method: request.method,
      path: request.url,
      body: request.rawBody.toString(),
    },
    {
      change: options.change,
      answer: (result) => ({ status: options.status, body: options.body(result) }),
    },
  );
  return reply.code(answer.status).type(answer.contentType).send(answer.body);
}
