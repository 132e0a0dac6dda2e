import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { type ErrorLocation, VcError } from '#vc/error';
import { escapeKey } from './check-document.ts';

interface JsonLdEvent {
  code?: string;
  message?: string;
  details?: { property?: unknown; type?: unknown };
}

/** The shape of jsonld.js' errors, which are not exported as a class. */
interface JsonLdFailure extends Error {
  details?: { cause?: unknown; code?: string; event?: JsonLdEvent };
}

/** Turns what jsonld.js throws into ours: UNKNOWN_TERM for what would be dropped, else TOO_COMPLEX or PROOF_TRANSFORMATION_ERROR. */
export function transformationError(error: unknown, document?: JsonObject): VcError {
  if (error instanceof VcError) {
    return error;
  }
  const { message, details } = error as JsonLdFailure;
  if (details?.cause !== undefined) {
    return transformationError(details.cause, document);
  }
  if (/^Maximum deep iterations exceeded|^Abort signal received/.test(message)) {
    return new VcError('TOO_COMPLEX', 'Telling the blank nodes apart takes too much work', {
      cause: error,
    });
  }
  return (
    unknownTermError(details?.event, document, error) ??
    new VcError('PROOF_TRANSFORMATION_ERROR', describe(message, details), { cause: error })
  );
}

// Safe mode reports a property, or a type, that no context defines: signed, it would silently vanish.
function unknownTermError(
  event: JsonLdEvent | undefined,
  document: JsonObject | undefined,
  cause: unknown,
): VcError | undefined {
  const { property, type } = event?.details ?? {};
  if (event?.code === 'invalid property' && typeof property === 'string') {
    const errors = locate(document, (key) => key === property);
    return unknownTerm(property, errors, cause);
  }
  if (event?.code === 'relative @type reference' && typeof type === 'string') {
    const isType = (key: string, value: JsonValue) =>
      (key === 'type' || key === '@type') && (value === type || asList(value).includes(type));
    return unknownTerm(type, locate(document, isType), cause);
  }
  return undefined;
}

function unknownTerm(term: string, pointers: string[], cause: unknown): VcError {
  const errors: ErrorLocation[] = pointers.map((pointer) => ({
    pointer,
    detail: `no context defines ${JSON.stringify(term)}`,
  }));
  return new VcError('UNKNOWN_TERM', `No context defines the term ${JSON.stringify(term)}`, {
    cause,
    errors,
  });
}

function asList(value: JsonValue): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function locate(
  value: JsonValue | undefined,
  matches: (key: string, value: JsonValue) => boolean,
  pointer = '',
): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => locate(element, matches, `${pointer}/${index}`));
  }
  if (!isJsonObject(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, member]) => {
    const at = `${pointer}/${escapeKey(key)}`;
    const below = locate(member, matches, at);
    return matches(key, member) ? [at, ...below] : below;
  });
}

function describe(message: string, details: JsonLdFailure['details']): string {
  const reason = details?.event?.message ?? details?.code ?? message;
  return `The document is not JSON-LD that can be signed: ${reason}`;
}
