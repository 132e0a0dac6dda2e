import type { HttpAnswer } from '#kit/http-client';
import { PROBLEMS, type ProblemDocument } from '#kit/problem';
import { VcError, type VcErrorCode } from '#vc/error';

/** What a service refused, or why it did not answer: the problem's own `code` where it gave one. */
export class ClientError extends VcError {
  /** of HTTP; undefined: there was no answer that could be read */
  readonly status: number | undefined;
  /** RFC 9457, as the service gave it; its code may be of a later release than this client */
  readonly problem: ProblemDocument | undefined;
  /** milliseconds after which it may be asked again, where the service said so */
  readonly retryAfterMs: number | undefined;

  constructor(code: VcErrorCode, message: string, details: ClientErrorDetails = {}) {
    const { status, problem, retryAfterMs, cause } = details;
    super(code, message, { cause, ...(problem?.errors && { errors: problem.errors }) });
    this.name = 'ClientError';
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface ClientErrorDetails {
  status?: number;
  problem?: ProblemDocument | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

const CODES_BY_STATUS: Partial<Record<number, VcErrorCode>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
};

/** The error of an answer that is not 2xx. An answer that is no problem document has the code of its status. */
export function refusal({ status, headers, body }: HttpAnswer): ClientError {
  const given = parseObject(body);
  const problem = isProblem(given) ? given : undefined;
  const isKnown = problem !== undefined && Object.hasOwn(PROBLEMS, problem.code);
  const code = isKnown ? problem.code : (CODES_BY_STATUS[status] ?? 'SERVICE_UNAVAILABLE');
  // RFC 6749 §5.2, of the token endpoint
  const { error, error_description: description = error } = given ?? {};
  const said = problem?.detail ?? (typeof description === 'string' ? description : undefined);
  return new ClientError(code, said ?? `The service answered ${status}`, {
    status,
    problem,
    retryAfterMs: readRetryAfter(headers['retry-after']),
  });
}

/** A JSON object; undefined for anything else. */
export function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is ProblemDocument {
  if (typeof value !== 'object' || value === null || !('code' in value)) return false;
  const { code, detail } = value as { code: unknown; detail?: unknown };
  return typeof code === 'string' && typeof detail === 'string';
}

/** RFC 9110 §10.2.3, in seconds: our services give no dates. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : NaN;
  return Number.isNaN(seconds) ? undefined : seconds * 1_000;
}
