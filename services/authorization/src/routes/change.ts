import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { ClientSchema, Scope } from '#api/authorization';
import { callerOf } from '#kit/auth';
import { VcError } from '#vc/error';
import type { Change, ChangeRequest, Client, StoredAnswer } from '../domain/ports.ts';

/** The change that a request asks for. @throws VcError IDEMPOTENCY_KEY_REQUIRED */
export function changeRequestOf(request: FastifyRequest): ChangeRequest {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') {
    throw new VcError('IDEMPOTENCY_KEY_REQUIRED', 'This call needs an Idempotency-Key');
  }
  const { clientId, person } = callerOf(request);
  return {
    callerId: clientId,
    person: person?.subject,
    idempotencyKey: key,
    request: { method: request.method, path: request.url, body: request.rawBody },
  };
}

export function changeOf(request: FastifyRequest, status: number): Change {
  const answer: Change['answer'] = (client) => jsonAnswer(status, describeClient(client));
  return { ...changeRequestOf(request), answer };
}

export function jsonAnswer(status: number, body: object): StoredAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** The bytes exactly as they are stored: a retry gets the same. */
export function sendStored(reply: FastifyReply, { status, contentType, body }: StoredAnswer) {
  return reply
    .code(status)
    .type(contentType)
    .serializer((text: unknown) => String(text))
    .send(body);
}

/** A client as the API tells of it. */
export function describeClient(client: Client): Static<typeof ClientSchema> {
  return {
    clientId: client.clientId,
    name: client.name,
    odsCode: client.odsCode,
    // the API and the first client's file let no other text in
    scopes: client.scopes as Scope[],
    keys: client.keys.map(({ kid, validUntil }) => ({
      kid,
      validUntil: validUntil?.toISOString() ?? null,
    })),
    createdAt: client.createdAt.toISOString(),
    revokedAt: client.revokedAt?.toISOString() ?? null,
  };
}
