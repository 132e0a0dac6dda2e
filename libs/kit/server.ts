import { randomUUID } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { VcError, type VcErrorCode } from '#vc/error';
import { inTurn } from '#vc/in-turn';
import { escapePointer, parseStrictJson } from '#vc/strict-json';
import { NEEDED_MEDIA_TYPE, toVcError } from './framework-error.ts';
import { describeApi } from './openapi.ts';
import type { DescribedOperations } from './openapi-examples.ts';
import { type ProblemDocument, toProblem } from './problem.ts';
import { DEFAULT_TRAFFIC, limitRate, type Traffic } from './rate-limit.ts';
import { refuseBytes, refuseDoubtfulFraming } from './request-framing.ts';
import { traceRequests } from './trace-requests.ts';

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** the body exactly as received, for digests; empty where there was none */
    rawBody: Buffer;
    /** of the problem that it was answered with */
    problemCode: VcErrorCode | undefined;
  }
}

export interface ServerOptions {
  /** the service's name, `issuer` */
  name: string;
  /** one sentence for the API page */
  description: string;
  /** the sections of the API page in their order: the tag of its routes, and one sentence about them */
  tags?: Record<string, string>;
  /** the names and examples of its operations, for the API page */
  operations?: DescribedOperations;
  logger: FastifyServerOptions['logger'];
  /** DEFAULT_TRAFFIC when left out */
  traffic?: Traffic | undefined;
  /** bytes; a route may state its own */
  bodyLimit?: number;
  /** milliseconds for a whole request to arrive */
  requestTimeoutMs?: number;
  /** milliseconds until a request that is still being worked on is answered with 503 */
  handlerTimeoutMs?: number;
}

const KIB = 1024;
// Many of these that came at once would be read in one go, and nobody heard meanwhile.
const LARGE_BODY = 4 * KIB;
export const CREDENTIAL_BODY_LIMIT = 64 * KIB;
export const PRESENTATION_BODY_LIMIT = 1024 * KIB;

/** A record with images, as the dsp-api format carries them (dropped, never signed). */
export const RECORD_BODY_LIMIT = 1024 * KIB;

/**
 * A Fastify server that never alters a body, answers every error as RFC 9457 problem details, logs no content,
 * and describes its routes at /openapi.json and /docs. Routes are added by the caller.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { traffic = DEFAULT_TRAFFIC } = options;
  const app = Fastify({
    logger: namedLogger(options),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: options.bodyLimit ?? CREDENTIAL_BODY_LIMIT,
    requestTimeout: options.requestTimeoutMs ?? 15_000,
    // The work goes on and may commit: a retry with the same idempotency key finds its answer.
    handlerTimeout: options.handlerTimeoutMs ?? 20_000,
    trustProxy: traffic.trustedProxies?.length ? [...traffic.trustedProxies] : false,
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 200 },
    http: { maxHeaderSize: 16 * KIB, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
    // While closing, a request that is on its way over an open connection is still answered, and the connection closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply, toVcError(error));
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body'
      ? strictAjv.compile(schema as object)
      : refuseInfinity(looseAjv.compile(schema as object)),
  );
  // Response schemas document; they never drop a member of an answer.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  traceRequests(app);
  refuseDoubtfulFraming(app);
  acceptStrictJson(app);
  refuseUnaskedBodies(app);
  answerProblems(app);
  logRequests(app);
  addHeaders(app);
  await limitRate(app, traffic);
  await describeApi(app, options);
  return app;
}

function namedLogger({
  name,
  logger = false,
}: ServerOptions): NonNullable<ServerOptions['logger']> {
  if (logger === true) return { name };
  return logger === false ? false : { name, ...logger };
}

// Bodies may be signed: no coercion, no removal, no defaults. Parameters and queries are text and may be coerced.
// discriminator: of a union by name (OpenAPI 3.1), only the member that was meant is looked at
const strictAjv = withFormats(
  new Ajv2020({ coerceTypes: false, removeAdditional: false, discriminator: true }),
);
const looseAjv = withFormats(
  new Ajv2020({ coerceTypes: true, removeAdditional: false, useDefaults: true }),
);

function withFormats(ajv: Ajv2020): Ajv2020 {
  ajv.opts.strict = false;
  addFormats.default(ajv);
  return ajv;
}

/** `1e999` is coerced to Infinity, which is past every maximum, and Ajv looks at no maximum of what is not finite. */
function refuseInfinity(validate: ValidateFunction) {
  return (values: unknown) => {
    if (!validate(values)) return { error: validate.errors ?? [] };
    const [name] =
      Object.entries(values as object).find(
        ([, value]) => typeof value === 'number' && !Number.isFinite(value),
      ) ?? [];
    if (name === undefined) return { value: values };
    const error = { keyword: 'type', instancePath: `/${name}`, schemaPath: '', params: {} };
    return { error: [{ ...error, message: 'must be a finite number' }] };
  };
}

function acceptStrictJson(app: Server): void {
  app.decorateRequest('rawBody');
  app.addHook('onRequest', async (request) => {
    request.rawBody = Buffer.alloc(0);
    if (request.headers['content-encoding'] !== undefined) throw unsupportedMediaType();
    // Bodies cannot hold NUL either: PostgreSQL takes it in no text.
    if (request.url.includes('%00')) throw new VcError('INVALID_REQUEST', 'The address holds NUL');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const type = request.headers['content-type'] ?? '';
      for (const [, charset = ''] of type.matchAll(/charset\s*=\s*"?([^";\s]+)/gi)) {
        if (charset.toLowerCase() !== 'utf-8') throw unsupportedMediaType();
      }
      if (body.length === 0) return undefined;
      request.rawBody = body;
      if (body.length > LARGE_BODY) await inTurn();
      return parseStrictJson(body);
    },
  );
}

/** Something asked for must not be passed over in silence. `{}` is sent by clients that always send a body. */
function refuseUnaskedBodies(app: Server): void {
  app.addHook('preHandler', async ({ body, rawBody, routeOptions: { schema } }) => {
    if (rawBody.length === 0 || schema === undefined || schema.body !== undefined) return;
    // Not by a schema, which would demand a body.
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    const names = isObject ? Object.keys(body) : [''];
    if (names.length === 0) return;
    throw new VcError('INVALID_REQUEST', 'This call takes no body but {}', {
      errors: names.map((name) => ({
        pointer: name && `/${escapePointer(name)}`,
        detail: 'is not asked for',
      })),
    });
  });
}

function unsupportedMediaType(): VcError {
  return new VcError('UNSUPPORTED_MEDIA_TYPE', NEEDED_MEDIA_TYPE);
}

/** Answers one error; 5xx is logged with its cause, and the answer says nothing of it. */
export function sendProblem(reply: FastifyReply, error: VcError): FastifyReply {
  const problem: ProblemDocument = toProblem(error);
  reply.request.problemCode = error.code;
  if (problem.status >= 500)
    reply.log.error({ event: 'request.failed', err: error }, 'request failed');
  if (error.code === 'PAYLOAD_TOO_LARGE') void reply.header('connection', 'close');
  if (problem.status === 503) void reply.header('retry-after', '2');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem);
}

function answerProblems(app: Server): void {
  app.decorateRequest('problemCode');
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(
      `^${url
        .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll(/:[^/]+/g, '[^/]+')
        .replaceAll('*', '.*')}$`,
    );
    for (const each of [method].flat()) routes.push({ method: each, pattern });
  });
  app.setErrorHandler((error, { body }, reply) =>
    sendProblem(reply, toVcError(error as Error & VcError, body !== undefined)),
  );
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    // a route that has the method may find nothing: a page that there is not
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(reply, new VcError('NOT_FOUND', 'There is nothing here'));
    // of some pages the framework tells HEAD alone, which it added for their GET
    const get = allowed.includes('HEAD') ? ['GET'] : [];
    void reply.header('allow', [...new Set([...get, ...allowed])].join(', '));
    return sendProblem(
      reply,
      new VcError('METHOD_NOT_ALLOWED', `${request.method} is not a method of this resource`),
    );
  });
}

/** One line a request: the route's pattern, never its address, query or body. */
function logRequests(app: Server): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        event: 'request',
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}

function addHeaders(app: Server): void {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
  });
}
