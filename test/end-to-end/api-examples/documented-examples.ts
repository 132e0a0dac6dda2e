/** A call that a served OpenAPI document shows, with what it says of the answer. */
export interface DocumentedExample {
  service: string;
  operationId: string;
  /** `POST` */
  method: string;
  /** `/v1/credentials/{id}` */
  path: string;
  /** the key that the parts of the example have in the document */
  name: string;
  /** what its caller's token must hold; undefined: public */
  scope: string | undefined;
  pathParameters: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  bodyMedia: string | undefined;
  bodySchema: object | undefined;
  status: number;
  answer: unknown;
  /** where a redirect leads */
  location: unknown;
  /** schemas of the answer by media type */
  answerSchemas: Record<string, object>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
  examples?: Examples;
}

interface Media {
  schema: object;
  examples?: Examples;
}

export interface Answer {
  $ref?: string;
  content?: Record<string, Media>;
  headers?: Record<string, { examples?: Examples }>;
}

type Examples = Record<string, { value: unknown }>;

export interface ApiDocument {
  service: string;
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer>; schemas: Record<string, object> };
}

/** The OpenAPI document of each service. @param services base URLs by name */
export async function fetchDocuments(
  services: Readonly<Record<string, string>>,
): Promise<ApiDocument[]> {
  return Promise.all(
    Object.entries(services).map(async ([service, url]) => {
      const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
      return { ...document, service };
    }),
  );
}

/** Every operation with the place it stands at. */
export function operationsOf({ service, paths }: ApiDocument) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      service,
      path,
      method: method.toUpperCase(),
      operation,
      title: `${method.toUpperCase()} ${service}${path}`,
    })),
  );
}

/** The examples of one operation: parts of one name are one call. */
export function examplesOf(place: ReturnType<typeof operationsOf>[number]): DocumentedExample[] {
  const { service, path, method, operation } = place;
  const { parameters = [], requestBody, responses, operationId = '' } = operation;
  const [bodyMedia, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const done = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  const names = new Set([
    ...parameters.flatMap(({ examples = {} }) => Object.keys(examples)),
    ...Object.keys(body?.examples ?? {}),
    ...done.flatMap(([, answer]) => namesIn(answer)),
  ]);
  return [...names].map((name) => {
    const [status, answer] = done.find(([, each]) => namesIn(each).includes(name)) ?? done[0] ?? [];
    const of = (where: string) =>
      Object.fromEntries(
        parameters
          .filter((each) => each.in === where && each.examples?.[name] !== undefined)
          .map((each) => [each.name, each.examples?.[name]?.value]),
      );
    return {
      service,
      operationId,
      method,
      path,
      name,
      scope: operation.security?.[0]?.['token']?.[0],
      pathParameters: of('path'),
      query: of('query'),
      body: body?.examples?.[name]?.value,
      bodyMedia,
      bodySchema: body?.schema,
      status: Number(status),
      answer: Object.values(answer?.content ?? {})
        .map(({ examples }) => examples?.[name]?.value)
        .find((value) => value !== undefined),
      location: answer?.headers?.['Location']?.examples?.[name]?.value,
      answerSchemas: Object.fromEntries(
        Object.entries(answer?.content ?? {}).map(([media, { schema }]) => [media, schema]),
      ),
    };
  });
}

function namesIn({ content = {}, headers = {} }: Answer): string[] {
  return [...Object.values(content), ...Object.values(headers)].flatMap(({ examples = {} }) =>
    Object.keys(examples),
  );
}
