import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import {
  AuthorizationAnswerSchema,
  AuthorizationQuerySchema,
  RecognitionAnswerSchema,
  RecognitionQuerySchema,
} from '#api/trust-registry';
import type { Server } from '#kit/server';
import type { RegistrySigningKey } from '#trust/registry-signature';
import { signAnswer } from '#trust/signed-answer';
import type { Clock } from '#vc/clock';
import { answerAuthorizationQuery } from '../domain/answer-authorization-query.ts';
import { answerRecognitionQuery } from '../domain/answer-recognition-query.ts';
import type { LoadedGenesis } from '../domain/load-genesis.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import type { TrqpAnswer } from '../domain/trqp.ts';
import { acceptsJwt, JWT_RESPONSE, sendJwt } from './jwt.ts';
import { allowBrowserPost } from '#kit/public-document';

interface QueryDeps {
  registry: RegistryReader;
  namespace: Namespace;
  genesis: LoadedGenesis;
  registryKey: RegistrySigningKey;
  clock: Clock;
}

const TAGS = ['Trust registry query (TRQP)'];
/** How long a signed answer may be relied on. */
const ANSWER_VALID_MS = 60_000;

/** ToIP Trust Registry Query Protocol v2; signed by the registry for whoever accepts `application/jwt`. */
export function queryRegistry(app: Server, deps: QueryDeps): void {
  allowBrowserPost(app, '/authorization');
  app.post(
    '/authorization',
    {
      config: { access: 'public' },
      schema: {
        summary: 'TRQP: may this entity issue, or ask for, this type of credential',
        tags: TAGS,
        body: AuthorizationQuerySchema,
        response: { 200: answerResponse(AuthorizationAnswerSchema) },
      },
    },
    async (request, reply) => {
      const now = deps.clock();
      const answer = await answerAuthorizationQuery(request.body, { ...deps, now });
      return sendAnswer(request, reply, { answer, now, deps });
    },
  );
  allowBrowserPost(app, '/recognition');
  app.post(
    '/recognition',
    {
      config: { access: 'public' },
      schema: {
        summary: 'TRQP: is this entity a cell that the authority recognises',
        tags: TAGS,
        body: RecognitionQuerySchema,
        response: { 200: answerResponse(RecognitionAnswerSchema) },
      },
    },
    async (request, reply) => {
      const now = deps.clock();
      const { namespace, genesis } = deps;
      const answer = answerRecognitionQuery(request.body, { namespace, ...genesis, now });
      return sendAnswer(request, reply, { answer, now, deps });
    },
  );
}

function answerResponse(schema: TSchema) {
  return {
    description: 'The answer, signed for whoever accepts application/jwt',
    content: { 'application/json': { schema }, ...JWT_RESPONSE.content },
  };
}

async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, now, deps }: { answer: TrqpAnswer; now: number; deps: QueryDeps },
): Promise<FastifyReply> {
  void reply.header('vary', 'accept');
  if (!acceptsJwt(request)) return reply.send(answer);
  const text = await signAnswer(
    {
      answer: { ...answer },
      query: request.rawBody,
      issuer: deps.namespace.cellDid,
      issuedAt: now,
      expiresAt: now + ANSWER_VALID_MS,
    },
    deps.registryKey,
  );
  return sendJwt(reply, text);
}
