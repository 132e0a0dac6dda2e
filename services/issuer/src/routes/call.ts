import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '#kit/auth';
import { VcError } from '#vc/error';
import type { Answer, Call } from '../domain/ports.ts';

/** The call of a `/v1` write. @throws VcError IDEMPOTENCY_KEY_REQUIRED */
export function keyedCall(request: FastifyRequest, odsCode: string): Call {
  const call = callOf(request, odsCode);
  if (call.idempotencyKey !== undefined) return call;
  throw new VcError(
    'IDEMPOTENCY_KEY_REQUIRED',
    'Send an Idempotency-Key header, a new one for each new request, so that a retry does nothing twice',
  );
}

/** The call of a VCALM write, where an idempotency key is the caller's choice. */
export function callOf(request: FastifyRequest, odsCode: string): Call {
  const key = request.headers['idempotency-key'];
  const { clientId, person } = callerOf(request);
  return {
    odsCode,
    clientId,
    person,
    idempotencyKey: Array.isArray(key) ? key.join(',') : key,
    request: {
      method: request.method,
      path: request.url,
      body: request.rawBody,
    },
  };
}

/** Sends the bytes that were committed. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .type(answer.contentType)
    .serializer((body: unknown) => String(body))
    .send(answer.body);
}

/** The same, with the address of the credential that is in them. */
export function sendCredential(reply: FastifyReply, answer: Answer): FastifyReply {
  void reply.header('location', `/credentials/${uuidOfAnswer(answer)}`);
  return sendAnswer(reply, answer);
}

/** The bare UUID of the credential in an answer of ours, in whatever form. */
export function uuidOfAnswer({ body }: Answer): string {
  const { verifiableCredential } = JSON.parse(body) as { verifiableCredential: unknown };
  const { id, jti } = membersOf(verifiableCredential);
  return (id ?? jti ?? '').replace('urn:uuid:', '');
}

/** An SD-JWT shows its `jti` always, so the JWT before its disclosures is enough. */
function membersOf(verifiableCredential: unknown): { id?: string; jti?: string } {
  if (typeof verifiableCredential !== 'string') return verifiableCredential as { id: string };
  const [, claims = ''] = verifiableCredential.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as { jti: string };
}

const CREDENTIAL_ID = /^(?:urn:uuid:)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/** The bare UUID of a credential, of either spelling. @throws VcError NOT_FOUND: no credential has another id */
export function parseCredentialId(id: string): string {
  const uuid = CREDENTIAL_ID.exec(id)?.[1];
  if (uuid !== undefined) return uuid;
  throw new VcError('NOT_FOUND', 'There is no such credential');
}
