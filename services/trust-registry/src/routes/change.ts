import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, personOf } from '#kit/auth';
import { VcError } from '#vc/error';
import type { Actor } from '../domain/changes/change.ts';
import type { ChangeDeps } from '../domain/changes/propose-change.ts';
import type { ChangeOnce, Outcome, RegistryChanges } from '../domain/ports.ts';

export interface ChangeRouteDeps extends ChangeDeps {
  changeOnce: ChangeOnce;
}

/** Who may propose changes, and read what was proposed. */
export const PROPOSER = { scope: 'registry:propose', person: true } as const;
/** Who may decide on them. */
export const APPROVER = { scope: 'registry:approve', person: true } as const;
/** Who may take trust away at once. */
export const ADMINISTRATOR = { scope: 'registry:admin' } as const;

/** The person who calls, and for which organisation. @throws VcError PERSON_REQUIRED */
export function actorOf(request: FastifyRequest): Actor {
  return { subject: personOf(request).subject, odsCode: callerOf(request).odsCode };
}

/** The recipe of every change: an idempotency key, the change, its answer. @throws VcError IDEMPOTENCY_KEY_REQUIRED */
export async function answerChange<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    deps: Pick<ChangeRouteDeps, 'changeOnce'>;
    change: (changes: RegistryChanges) => Promise<Outcome<T>>;
    status: 200 | 201;
    body: (result: T) => unknown;
  },
): Promise<FastifyReply> {
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string') {
    throw new VcError('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key header');
  }
  const { clientId, odsCode, person } = callerOf(request);
  const answer = await options.deps.changeOnce(
    {
      clientId,
      odsCode,
      person: person?.subject,
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
