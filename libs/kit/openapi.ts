import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { addExamples, type OperationWithExamples, problemExamples } from './openapi-examples.ts';
import { PROBLEMS } from './problem.ts';
import type { Server, ServerOptions } from './server.ts';

/** The routes as OpenAPI 3.1 at /openapi.json, and as a page at /docs that works offline. */
export async function describeApi(
  app: Server,
  {
    name,
    description,
    tags = {},
    operations = {},
  }: Pick<ServerOptions, 'name' | 'description' | 'tags' | 'operations'>,
): Promise<void> {
  const demandDescription = noteRoutes(app);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `Staff Passport ${name}`,
        description: `${description}\n\n${OF_EVERY_ROUTE}`,
        version: '0.1.0',
      },
      tags: Object.entries(tags).map(([tag, about]) => ({ name: tag, description: about })),
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        schemas: { Problem: PROBLEM_SCHEMA },
        responses: PROBLEM_RESPONSES,
      },
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      for (const [path, methods] of Object.entries(document.openapiObject.paths ?? {})) {
        for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
          completeOperation(path, method, operation);
          const described = operations[`${method.toUpperCase()} ${path}`];
          if (described !== undefined) addExamples(operation, described);
        }
      }
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_POLICY,
    theme: {
      title: `Staff Passport ${name}`,
      // the bar has another project's logo, and a field that asks for the address of another API
      css: [{ filename: 'page.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  });
  // after the plugin's own hook, which makes the description
  app.addHook('onReady', demandDescription);
  app.get('/openapi.json', { schema: { hide: true }, config: { access: 'public' } }, () =>
    app.swagger(),
  );
}

const OF_EVERY_ROUTE =
  'The examples of all services are one story of an invented cell: parts of one name are one call, and a value in a request that stands in an earlier answer (an id, a challenge, a whole credential) is to be replaced by what you were answered there. `…` stands for the rest of a long text.\n\nWhere there is GET there is HEAD, the same without its body; the pages of a sign-in have none. Besides what each route lists, any request may be answered with 400 (bytes that are no HTTP), 404 or 405 (no such route, or not with this method), 408 (the request came too slowly) or 431 (its headers are over 16 KiB).';

/** A route that the description leaves out stops the server from starting, but the description itself and preflights. */
function noteRoutes(app: Server): () => Promise<void> {
  const routes: { method: string; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each.toLowerCase(), url });
  });
  return async () => {
    const paths = (app.swagger().paths ?? {}) as Record<string, Record<string, unknown>>;
    for (const { method, url } of routes) {
      if (method === 'head' || method === 'options' || /^\/(docs|openapi\.json)/.test(url))
        continue;
      const path = url.replaceAll(/:(\w+)/g, '{$1}');
      if (paths[path]?.[method] === undefined) throw new Error(`${method} ${url} is not described`);
    }
  };
}

// The page works over plain http on loopback too; the validator badge of its default policy is left out.
const DOCS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'self'; object-src 'none'";

/** As @fastify/swagger makes it: nothing in it is a reference yet. */
interface Operation extends OperationWithExamples {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, unknown> };
  security?: unknown;
  responses: Record<string, { description: string; content?: object } | { $ref: string }>;
}

/** Of the services for each other: not counted. */
function isInternal(security: unknown): boolean {
  return JSON.stringify(security ?? '').includes('"internal:');
}

/** Adds what every route has in common and none states: how it may fail, and that `/v1` writes need their key. */
function completeOperation(path: string, method: string, operation: Operation): void {
  const { parameters = [], requestBody, security, responses } = operation;
  const key = parameters.find(({ name }) => name === 'idempotency-key');
  if (key !== undefined) {
    key.name = 'Idempotency-Key';
    // a route that lacks it has a code of its own for that, so its schema cannot demand it
    key.required = path.startsWith('/v1/');
  }
  const has = (place: string) => parameters.some((parameter) => parameter.in === place);
  const body = requestBody?.content['application/json'] !== undefined;
  // one that asks for no body may still be sent one that cannot be read
  const mayHaveBody = method !== 'get';
  const statuses = [
    ...(mayHaveBody || has('query') ? [400] : []),
    ...(security === undefined ? [] : [401, 403]),
    ...(has('path') || key !== undefined ? [404] : []),
    ...(body || key !== undefined ? [409, 422] : []),
    ...(mayHaveBody ? [413, 415] : []),
    ...(isInternal(security) ? [] : [429]),
    500,
    503,
  ];
  for (const status of statuses) {
    responses[status] ??= { $ref: `#/components/responses/${status}` };
  }
  const refused = responses[400];
  if (body && refused !== undefined && 'content' in refused) {
    // an answer of the route's own, beside the refusal of what is not as documented
    refused.content = { ...PROBLEM_CONTENT, ...refused.content };
  }
  for (const [status, response] of Object.entries(responses)) {
    if ('description' in response && response.description === 'Default Response') {
      response.description = SUCCESS[status] ?? REASONS[status] ?? 'Done';
    }
  }
}

const SUCCESS: Record<string, string> = { 200: 'Done', 201: 'Created' };

const REASONS: Record<string, string> = {
  400: 'The request does not have the documented form, or lacks its Idempotency-Key',
  401: 'No bearer token, or one that is not valid',
  403: 'The token lacks the scope, or the trust may not do this',
  404: "There is no such thing, or it is another trust's",
  409: 'It conflicts with what there is already',
  413: 'The body is too large',
  415: 'The body is not application/json in UTF-8, or is compressed',
  422: 'Understood, and refused: `code` says why, `errors` say where',
  429: 'Too many requests within a minute: wait for as long as the header says',
  500: 'A fault on our side, which has been logged',
  503: 'Not just now: send the same request again, with the same Idempotency-Key',
};

const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

const PROBLEM_RESPONSES = Object.fromEntries(
  Object.entries(REASONS).map(([status, description]) => [
    status,
    {
      description,
      ...(['429', '503'].includes(status) && {
        headers: {
          'Retry-After': { description: 'seconds', schema: { type: 'integer' as const } },
        },
      }),
      content: {
        'application/problem+json': {
          ...PROBLEM_CONTENT['application/problem+json'],
          examples: problemExamples(status),
        },
      },
    },
  ]),
);

const text = (description: string) => ({ type: 'string' as const, description });

/** RFC 9457 problem details, as `ProblemDocument` has them. */
const PROBLEM_SCHEMA = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: text('URL of the kind of problem'),
    title: text('the code in plain words'),
    status: { type: 'integer' as const },
    detail: text('what went wrong this time, for people'),
    code: { ...text('stable: what programs go by'), enum: Object.keys(PROBLEMS) },
    errors: {
      type: 'array' as const,
      description: 'each place in the request where something is wrong',
      items: {
        type: 'object' as const,
        required: ['pointer', 'detail'],
        properties: {
          pointer: text('JSON Pointer (RFC 6901)'),
          detail: text('what is wrong there'),
        },
      },
    },
  },
};
