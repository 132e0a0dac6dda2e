import { VcError, type VcErrorCode } from '#vc/error';
import { toProblem } from './problem.ts';

/** One call of an operation and what was answered. */
export interface OperationExample {
  /** of the path and of the query, by name */
  parameters?: Record<string, string | number | boolean>;
  body?: unknown;
  /** of the answer */
  status: number;
  /** the body of the answer; left out when it has none */
  answer?: unknown;
  /** where a redirect leads */
  location?: string;
}

/** What the API page says of an operation beside its schemas. */
export interface DescribedOperation {
  /** what generated clients call it; one of its kind within a service */
  operationId: string;
  /** parameters, body and answer of one call have one name */
  examples: Record<string, OperationExample>;
}

/** By method and path as described: `POST /v1/credentials/{id}/status`. */
export type DescribedOperations = Readonly<Record<string, DescribedOperation>>;

interface Content {
  examples?: Record<string, { value: unknown }>;
}

/** The parts of an OpenAPI operation that have examples. */
export interface OperationWithExamples {
  operationId?: string;
  parameters?: { name: string; examples?: Record<string, { value: unknown }> }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<
    string,
    { content?: object; headers?: Record<string, unknown> } | { $ref: string }
  >;
}

const IDEMPOTENCY_KEY = '5d0b1c1e-0f0a-4a8e-9a52-2f4c6f1d7b60';

/** Names an operation and puts its examples where they belong. */
export function addExamples(
  operation: OperationWithExamples,
  { operationId, examples }: DescribedOperation,
): void {
  operation.operationId = operationId;
  for (const [name, example] of Object.entries(examples)) {
    addParameters(operation, name, example.parameters ?? {});
    const [body] = Object.values(operation.requestBody?.content ?? {});
    if (example.body !== undefined) addTo(body, name, example.body);
    const response = operation.responses[example.status];
    if (response === undefined || '$ref' in response) continue;
    if (example.location !== undefined) {
      const schema = { type: 'string', format: 'uri-reference' };
      response.headers = {
        Location: { schema, examples: { [name]: { value: example.location } } },
      };
    }
    if (example.answer !== undefined) {
      addTo(Object.values(response.content ?? {})[0], name, example.answer);
    }
  }
}

function addParameters(
  { parameters = [] }: OperationWithExamples,
  name: string,
  values: Record<string, unknown>,
): void {
  for (const parameter of parameters) {
    const value = parameter.name === 'Idempotency-Key' ? IDEMPOTENCY_KEY : values[parameter.name];
    if (value !== undefined) parameter.examples = { ...parameter.examples, [name]: { value } };
  }
}

function addTo(content: unknown, name: string, value: unknown): void {
  if (typeof content !== 'object' || content === null) return;
  const described: Content = content;
  described.examples = { ...described.examples, [name]: { value } };
}

const REFUSALS: Record<string, [VcErrorCode, string, string?]> = {
  400: ['INVALID_REQUEST', '/employeeId must be string', '/employeeId'],
  401: ['UNAUTHORIZED', 'Send a bearer token that is valid'],
  403: ['FORBIDDEN', 'The token does not have the scope that this needs'],
  404: ['NOT_FOUND', 'There is no such credential'],
  409: ['CONFLICT', 'A request with this Idempotency-Key is being worked on'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than this takes'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send application/json in UTF-8, not compressed'],
  422: ['CLAIMS_INVALID', 'The claims do not fit the type', '/claims/dateLastAwarded'],
  429: ['RATE_LIMITED', 'Too many requests: try again in a minute'],
  500: ['INTERNAL_ERROR', 'Something went wrong on our side'],
  503: ['SERVICE_UNAVAILABLE', 'A service that this one needs did not answer'],
};

/** One problem of each status that every operation may answer with. */
export function problemExamples(status: string): Record<string, { value: unknown }> {
  const refusal = REFUSALS[status];
  if (refusal === undefined) return {};
  const [code, detail, pointer] = refusal;
  const errors = pointer === undefined ? [] : [{ pointer, detail }];
  return { [code]: { value: toProblem(new VcError(code, detail, { errors })) } };
}
