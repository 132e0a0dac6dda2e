import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { UuidSchema } from '#api/wire';
import { callerOf, trustOf } from '#kit/auth';
import { toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Asker } from '../domain/ports.ts';
import type { Webhook, WebhookAnswer, WebhookCall } from '../domain/watching/ports.ts';

export const WebhookParamsSchema = Type.Object({ id: UuidSchema });

export function askerOf(request: FastifyRequest): Asker {
  return { odsCode: trustOf(request), clientId: callerOf(request).clientId };
}

/** @throws VcError IDEMPOTENCY_KEY_REQUIRED */
export function webhookCall(request: FastifyRequest, at: number): WebhookCall {
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string') {
    throw new VcError('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key header');
  }
  const { method, url: path, rawBody } = request;
  return { asker: askerOf(request), idempotencyKey, method, path, body: rawBody.toString(), at };
}

export function sendAnswer(
  reply: FastifyReply,
  { status, contentType, body }: WebhookAnswer,
): FastifyReply {
  return reply.code(status).type(contentType).serializer(String).send(body);
}

export function toWireWebhook({ createdAt, ...webhook }: Webhook) {
  return { ...webhook, createdAt: toDateTimeStamp(createdAt) };
}

/** An opaque `next`: a number that only says from where to go on. */
export function toCursor(number: number): string {
  return Buffer.from(`n${number}`).toString('base64url');
}

/** @throws VcError INVALID_REQUEST */
export function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, digits] = /^n(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new VcError('INVALID_REQUEST', 'after is not the next of an earlier page', {
    errors: [{ pointer: '/querystring/after', detail: 'is not the next of an earlier page' }],
  });
}
