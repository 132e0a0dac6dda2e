import type { FastifyError } from 'fastify';
import { VcError } from '#vc/error';

/** What the framework refused before a handler ran, as one of our errors. Anything unknown becomes INTERNAL_ERROR. */
export function toVcError(error: FastifyError | VcError): VcError {
  if (error instanceof VcError) return error;
  if (error.validation) return invalidRequest(error);
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new VcError('PAYLOAD_TOO_LARGE', 'The body is larger than this route takes');
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') {
    return new VcError('SERVICE_UNAVAILABLE', 'The answer took too long: send the request again');
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new VcError('UNSUPPORTED_MEDIA_TYPE', 'Send application/json in UTF-8, not compressed');
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new VcError('INVALID_REQUEST', 'The request could not be read', { cause: error });
  }
  return new VcError('INTERNAL_ERROR', 'Something went wrong on our side; it has been logged', {
    cause: error,
  });
}

function invalidRequest(error: FastifyError): VcError {
  const base = error.validationContext === 'body' ? '' : `/${error.validationContext ?? ''}`;
  const errors = (error.validation ?? []).map(({ instancePath, params, message, keyword }) => {
    const extra = keyword === 'additionalProperties' ? params['additionalProperty'] : undefined;
    const unevaluated = keyword === 'unevaluatedProperties' ? params['unevaluatedProperty'] : extra;
    const name = typeof unevaluated === 'string' ? unevaluated : undefined;
    return {
      pointer: `${base}${instancePath}${name === undefined ? '' : `/${name}`}`,
      detail: name === undefined ? (message ?? 'is not valid') : `${name} is not a known property`,
    };
  });
  const where = errors[0] ? `: ${errors[0].pointer || '/'} ${errors[0].detail}` : '';
  return new VcError('INVALID_REQUEST', `The request does not have the documented shape${where}`, {
    errors,
  });
}
