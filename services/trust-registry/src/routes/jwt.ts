import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

/** The media type of what the registry signs (RFC 7519 §10.3.1). */
export const JWT = 'application/jwt';

/** For the API page. */
export const JWT_RESPONSE = {
  description: 'A compact JWS (RFC 7515)',
  content: { [JWT]: { schema: Type.String() } },
};

/** Answers with a compact JWS. It carries its own times, so no cache may keep it: the server's default. */
export function sendJwt(reply: FastifyReply, text: string): FastifyReply {
  // as bytes: the framework adds a charset to text, which this media type does not have
  return reply.type(JWT).send(Buffer.from(text));
}

/** Whether the caller names the type itself in `Accept`: a wildcard stands for the answer that is not signed. */
export function acceptsJwt(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === JWT && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}
