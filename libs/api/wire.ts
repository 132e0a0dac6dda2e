import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type TSchema, Type } from 'typebox';
import type { HttpClient } from '#kit/http-client';
import { PROBLEMS } from '#kit/problem';
import type { TokenSource } from '#kit/token-source';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import { VcError, type VcErrorCode } from '#vc/error';

/** Wire forms that several services share. */
export const OdsCodeSchema = Type.String({ pattern: '^[A-Z0-9]{3,10}$', description: 'ODS code' });
export const UuidSchema = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUID in lower case',
});
/** RFC 3339 with seconds and a time zone. */
export const DateTimeSchema = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
  description: 'RFC 3339 date-time',
});
export const PublicKeyMultibaseSchema = Type.String({
  pattern: '^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$',
  description: 'Ed25519 public key as Multikey',
});
export const CredentialTypeNameSchema = Type.String({ pattern: '^[A-Z][A-Za-z0-9]{2,79}$' });
export const IdempotencyHeadersSchema = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: '1 to 255 visible ASCII characters, kept 24 hours' }),
  ),
});
export const PageQuerySchema = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  after: Type.Optional(
    Type.String({ maxLength: 200, description: 'the `next` of the page before' }),
  ),
};
/** Any JSON object: signed documents are checked by the domain, which says more than a schema can. */
export const DocumentSchema = Type.Record(Type.String(), Type.Unknown());

/** A credential as it went out: JSON-LD as an object; a JWT or an SD-JWT as compact text. */
export const AnyFormSchema = Type.Union([
  Type.String({ minLength: 1, maxLength: 1_000_000 }),
  DocumentSchema,
]);

export const CredentialFormSchema = Type.Unsafe<CredentialForm>(
  Type.Union(CREDENTIAL_FORMS.map((form) => Type.Literal(form))),
);

export const STATUS_REASONS = [
  'unspecified',
  'issued-in-error',
  'wrong-person',
  'information-changed',
  'award-withdrawn',
  'employment-ended',
  'under-investigation',
  'investigation-closed',
  'holder-request',
  'key-compromise',
  'superseded',
  'withdrawn',
] as const;
export type StatusReason = (typeof STATUS_REASONS)[number];
// a union made by `map` has the static type never
export const StatusReasonSchema = Type.Unsafe<StatusReason>(
  Type.Union(STATUS_REASONS.map((reason) => Type.Literal(reason))),
);

export interface JsonCallOptions<T extends TSchema> {
  http: HttpClient;
  method: 'GET' | 'POST';
  url: string;
  answer: T;
  body?: unknown;
  token?: TokenSource;
  maxBytes?: number;
  timeoutMs?: number;
}

// The server's validator serves here too: another one would cost every service its loading.
const ajv = new Ajv2020({ strict: false });

/**
 * One call of one of our services. The answer is checked against its schema.
 * @throws VcError with the service's own code for a 4xx, else SERVICE_UNAVAILABLE
 */
export function createJsonCall<T extends TSchema>(answer: T) {
  let compiled: ValidateFunction<Type.Static<T>> | undefined;
  const fits = (value: unknown): value is Type.Static<T> => {
    compiled ??= ajv.compile<Type.Static<T>>(answer);
    return compiled(value);
  };
  return async (options: Omit<JsonCallOptions<T>, 'answer'>): Promise<Type.Static<T>> => {
    const { http, method, url, body, token, maxBytes, timeoutMs } = options;
    const { status, body: bytes } = await http.send(method, url, {
      accept: 'application/json',
      ...(body !== undefined && { body: JSON.stringify(body), contentType: 'application/json' }),
      ...(token && { headers: { authorization: `Bearer ${await token()}` } }),
      ...(maxBytes !== undefined && { maxBytes }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    const value = parseAnswer(bytes);
    if (status >= 200 && status < 300 && fits(value)) return value;
    throw failure(new URL(url).pathname, status, value);
  };
}

function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function failure(path: string, status: number, value: unknown): VcError {
  const refused = status >= 400 && status < 500 && status !== 401 && status !== 403;
  if (refused && isProblem(value)) return new VcError(value.code, value.detail);
  return new VcError(
    'SERVICE_UNAVAILABLE',
    `A service that this one needs did not do its part (${status})`,
    {
      cause: new Error(`${path} answered ${status}`),
    },
  );
}

function isProblem(value: unknown): value is { code: VcErrorCode; detail: string } {
  if (typeof value !== 'object' || value === null || !('code' in value)) return false;
  return typeof value.code === 'string' && Object.hasOwn(PROBLEMS, value.code);
}
