import type { FastifyError } from 'fastify';
import { VcError } from '#vc/error';
import { escapePointer } from '#vc/strict-json';

/** What is sent where a body is; in UTF-8 by RFC 8259. */
export const NEEDED_MEDIA_TYPE =
  'Send the body as JSON with the header `content-type: application/json`, in UTF-8, not compressed';

/**
 * What the framework refused before a handler ran, as one of our errors. Anything unknown becomes INTERNAL_ERROR.
 * @param hasBody whether anything was sent
 */
export function toVcError(error: FastifyError | VcError, hasBody = true): VcError {
  if (error instanceof VcError) return error;
  if (error.validationContext === 'body' && !hasBody) {
    const errors = [{ pointer: '', detail: 'is missing' }];
    return new VcError('INVALID_REQUEST', 'This call needs a JSON body, and has none', { errors });
  }
  if (error.validation) return invalidRequest(error);
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new VcError('PAYLOAD_TOO_LARGE', 'The body is larger than this route takes');
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') {
    return new VcError('SERVICE_UNAVAILABLE', 'The answer took too long: send the request again');
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new VcError('UNSUPPORTED_MEDIA_TYPE', NEEDED_MEDIA_TYPE);
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new VcError('INVALID_REQUEST', 'The request could not be read', { cause: error });
  }
  return new VcError('INTERNAL_ERROR', 'Something went wrong on our side; it has been logged', {
    cause: error,
  });
}

type Fault = NonNullable<FastifyError['validation']>[number];

function invalidRequest(error: FastifyError): VcError {
  const base = error.validationContext === 'body' ? '' : `/${error.validationContext ?? ''}`;
  const errors = inFewWords(error.validation ?? []).map((fault) => locate(fault, base));
  const where = errors[0] ? `: ${errors[0].pointer || '/'} ${errors[0].detail}` : '';
  return new VcError('INVALID_REQUEST', `The request does not have the documented shape${where}`, {
    errors,
  });
}

/** Of alternatives none of which fits, one sentence that names them all comes first. */
function inFewWords(faults: readonly Fault[]): readonly Fault[] {
  const last = faults.at(-1);
  if (last === undefined || !isChoice(last)) return faults;
  if (Array.isArray(last.params['passingSchemas'])) {
    return [{ ...last, message: 'must be one of the alternatives, and is several at once' }];
  }
  const each = faults.slice(0, -1).filter(({ instancePath }) => instancePath === last.instancePath);
  const together = ['required', 'type']
    .map((keyword) => each.filter((fault) => fault.keyword === keyword))
    .find(({ length }) => length === each.length && length > 0);
  if (together === undefined || each.length < faults.length - 1) return faults;
  const named = together.map(({ keyword, params }) =>
    keyword === 'type' ? String(params['type']) : `'${String(params['missingProperty'])}'`,
  );
  const what = together[0]?.keyword === 'type' ? 'must be' : 'must have required property';
  return [{ ...last, message: `${what} ${named.join(' or ')}` }];
}

function isChoice({ keyword }: Fault): boolean {
  return keyword === 'oneOf' || keyword === 'anyOf';
}

function locate({ instancePath, params, message, keyword }: Fault, base: string) {
  const extra = keyword === 'additionalProperties' ? params['additionalProperty'] : undefined;
  const unevaluated = keyword === 'unevaluatedProperties' ? params['unevaluatedProperty'] : extra;
  const name = typeof unevaluated === 'string' ? unevaluated : undefined;
  const pointer = `${base}${instancePath}${name === undefined ? '' : `/${escapePointer(name)}`}`;
  if (name !== undefined) return { pointer, detail: `${name} is not a known property` };
  const form = keyword === 'pattern' ? formOf(String(params['pattern'])) : undefined;
  return { pointer, detail: form ?? message ?? 'is not valid' };
}

/** What a pattern asks for, of those that callers get wrong most. */
function formOf(pattern: string): string | undefined {
  if (pattern.startsWith(String.raw`^\d{4}-\d{2}-\d{2}T`)) {
    return 'must be a date and time with a zone, such as 2026-11-23T09:00:00Z';
  }
  return pattern.startsWith('^[0-9a-f]{8}-') ? 'must be a UUID in lower case' : undefined;
}
