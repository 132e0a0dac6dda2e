import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Problem, VcErrorCode } from '#vc/error';

const NAMES: Record<string, string> = {
  string: 'text',
  boolean: 'true or false, not text',
  object: 'an object',
  array: 'a list',
  number: 'a number',
};

// A sender mends a few at a time; one body must not buy an answer hundreds of times its size.
export const MAX_PROBLEMS = 100;

/** A schema's first errors as findings. Sentences name fields and rules, never the values that were sent. */
export function toProblems(
  errors: ErrorObject[],
  {
    base,
    subject,
    codes,
  }: { base: string; subject: string; codes: { unknown: VcErrorCode; other: VcErrorCode } },
): Problem[] {
  const problems = firstOf(errors).map((error): Problem => {
    const at = `${base}${error.instancePath}`;
    if (error.keyword === 'additionalProperties') {
      const term = String(error.params['additionalProperty']).slice(0, 100);
      const detail = `${JSON.stringify(term)} is not a field of ${subject}: remove it or correct its name`;
      return { code: codes.unknown, pointer: `${at}/${escapePointer(term)}`, detail };
    }
    if (error.keyword === 'required') {
      const name = String(error.params['missingProperty']);
      return {
        code: codes.other,
        pointer: `${at}/${escapePointer(name)}`,
        detail: `${name} is missing`,
      };
    }
    return { code: codes.other, pointer: at, detail: `${nameOf(at)} ${rule(error)}` };
  });
  // A rule that two branches of a schema repeat is one finding.
  return [...new Map(problems.map((one) => [`${one.pointer} ${one.detail}`, one])).values()];
}

function firstOf(errors: ErrorObject[]): ErrorObject[] {
  const found: ErrorObject[] = [];
  for (const error of errors) {
    if (found.length === MAX_PROBLEMS) break;
    if (isOwnFinding(error)) found.push(error);
  }
  // errors that are left out here must never become no finding, which would read as a pass
  return found.length > 0 ? found : errors.slice(0, MAX_PROBLEMS);
}

/** What `anyOf` and `contains` tried, and the `if` itself only repeat, less clearly, what another error says. */
function isOwnFinding(error: ErrorObject): boolean {
  return error.keyword !== 'if' && !/\/(anyOf\/\d+|contains)\//.test(error.schemaPath);
}

function rule(error: ErrorObject): string {
  const { keyword, params } = error;
  if (keyword === 'type')
    return `must be ${NAMES[String(params['type'])] ?? String(params['type'])}`;
  if (keyword === 'enum')
    return `must be one of: ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`;
  if (keyword === 'format')
    return `must be a real ${params['format'] === 'date' ? 'calendar date, YYYY-MM-DD' : 'date and time'}`;
  if (keyword === 'minLength') return 'must not be empty';
  if (keyword === 'maxLength') return `is longer than ${String(params['limit'])} characters`;
  if (keyword === 'minItems') return `needs at least ${String(params['limit'])}`;
  if (keyword === 'maxItems') return `takes at most ${String(params['limit'])}`;
  if (keyword === 'contains') return 'does not name the type of this schema';
  if (keyword === 'false schema') return 'does not belong to this kind of record';
  const description: unknown = error.parentSchema?.['description'];
  return typeof description === 'string'
    ? `is not as described: ${description}`
    : 'is not in its format';
}

function nameOf(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

/** A reference token of a JSON Pointer (RFC 6901 §3). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
