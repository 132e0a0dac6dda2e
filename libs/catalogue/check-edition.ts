import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { SCHEMA_KEYWORDS } from './compatible-schema.ts';
import { TRUST_FRAMEWORK_SCHEMA } from './credential-schema.ts';
import {
  EDITION_MEMBERS,
  EDITION_STATUSES,
  type EditionFile,
  ISSUING_ROLES,
  SENSITIVITIES,
  type Sensitivity,
} from './entry.ts';
import { COMMON_CLAIMS } from './names.ts';
import { toProblems } from './problems.ts';
import { isFinitePattern, isWholePattern } from './patterns.ts';
import { checkText } from './text.ts';

const TEXT = { type: 'string', minLength: 2, maxLength: 2000 };
const CLAIM_NAME = /^[a-z][A-Za-z0-9]{1,63}$/;
// Beside the claims in an SD-JWT's payload, or in credentialSubject.
const RESERVED: ReadonlySet<string> = new Set([...COMMON_CLAIMS, 'aud', 'id', 'type']);

// What no receiver needs in order to know which fact a credential states.
const WITHHELD = new Set<Sensitivity>(['contact', 'identity-document', 'pay', 'third-party']);

const EDITION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [...EDITION_MEMBERS],
  properties: {
    type: { type: 'string', pattern: '^[A-Z][A-Za-z0-9]{2,80}Credential$' },
    version: { type: 'string', pattern: '^(0|[1-9]\\d{0,3})(\\.(0|[1-9]\\d{0,3})){2}$' },
    group: TEXT,
    title: TEXT,
    description: TEXT,
    issuedBy: TEXT,
    mayIssue: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ISSUING_ROLES } },
    provenance: TEXT,
    trustFramework: trustFrameworkDefaults(),
    alwaysDisclosed: { type: 'array', uniqueItems: true, items: { type: 'string' } },
    sensitivity: { type: 'object', additionalProperties: { enum: SENSITIVITIES } },
    rendering: {
      type: 'object',
      additionalProperties: false,
      required: ['summary'],
      properties: { summary: { ...TEXT, maxLength: 300 } },
    },
    schema: {
      type: 'object',
      required: ['type', 'additionalProperties', 'required', 'properties'],
      properties: { type: { const: 'object' }, additionalProperties: { const: false } },
    },
    example: { type: 'object' },
    subjectName: TEXT,
    variants: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['subjectLevel', 'competencyName'],
        properties: { subjectLevel: { type: 'string' }, competencyName: { type: 'string' } },
      },
    },
    codePrefixes: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{2,6}$' } },
  },
};

function trustFrameworkDefaults(): JsonObject {
  const {
    provider: _provider,
    lastRefresh: _time,
    ...properties
  } = TRUST_FRAMEWORK_SCHEMA['properties'] as JsonObject;
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  };
}

/**
 * Whether an edition is fit to be published; sentences, none when it is. It is complete, each of its fields is
 * explained and bounded, what names fields names its own, and its example is good.
 */
export function checkEdition(edition: EditionFile, status: string): string[] {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, verbose: true });
  addFormats.default(ajv, ['date', 'date-time']);
  const validate = ajv.compile(EDITION_SCHEMA);
  if (!validate(edition)) {
    const codes = { unknown: 'CLAIMS_INVALID', other: 'CLAIMS_INVALID' } as const;
    const problems = toProblems(validate.errors ?? [], { base: '', subject: 'an edition', codes });
    return problems.map(({ pointer = '', detail }) => `${pointer} ${detail}`);
  }
  const isStatus = (EDITION_STATUSES as readonly string[]).includes(status);
  return [
    ...(isStatus ? [] : ['status must be draft, approved or deprecated']),
    ...nameFaults(edition),
    ...Object.entries(edition.schema['properties'] as JsonObject).flatMap(([name, field]) =>
      fieldFaults(field, `/schema/properties/${name}`),
    ),
    ...keywordFaults(edition.schema, '/schema'),
    ...exampleFaults(edition, ajv),
  ];
}

function nameFaults(edition: EditionFile): string[] {
  const { type, schema, alwaysDisclosed, sensitivity, rendering } = edition;
  const fields = Object.keys(schema['properties'] as JsonObject);
  const required = schema['required'] as string[];
  const placeholders = [...rendering.summary.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  return [
    // context.ts says why
    ...(type > 'VerifiableCredential' ? ['the type must sort before VerifiableCredential'] : []),
    ...claimNames(schema)
      .filter((name) => !CLAIM_NAME.test(name) || RESERVED.has(name))
      .map((name) => `${name} cannot be the name of a claim`),
    ...foreign(required, fields, 'schema.required'),
    ...foreign(alwaysDisclosed, fields, 'alwaysDisclosed'),
    ...foreign(Object.keys(sensitivity), fields, 'sensitivity'),
    ...foreign(placeholders, required, 'rendering.summary'),
    ...alwaysDisclosed
      .filter((name) => mustBeWithheld(name, edition))
      .map(
        (name) => `${name} is ${String(sensitivity[name])}: the holder must be able to withhold it`,
      ),
  ];
}

/** Of offences only a yes or no, which decides: never what they were, nor a number that leads to them. */
function mustBeWithheld(name: string, { schema, sensitivity }: EditionFile): boolean {
  const why = sensitivity[name];
  const field = (schema['properties'] as JsonObject)[name];
  const isYesOrNo = isJsonObject(field) && field['type'] === 'boolean';
  if (why === 'criminal-offence') return !isYesOrNo;
  return why !== undefined && WITHHELD.has(why);
}

/** The names of claims, and of what is inside them. */
function claimNames(schema: JsonObject): string[] {
  const node = isJsonObject(schema['items']) ? schema['items'] : schema;
  if (!isJsonObject(node['properties'])) return [];
  return Object.entries(node['properties']).flatMap(([name, field]) => [
    name,
    ...(isJsonObject(field) ? claimNames(field) : []),
  ]);
}

function foreign(names: string[], among: string[], where: string): string[] {
  return names.filter((name) => !among.includes(name)).map((name) => `${where} names ${name}`);
}

/** A field has words for people and an end: text and lists are bounded, objects closed. */
function fieldFaults(field: JsonValue, pointer: string): string[] {
  if (!isJsonObject(field)) return [`${pointer} must be a schema`];
  const words = ['title', 'description'].filter((name) => typeof field[name] !== 'string');
  const faults = words.map((name) => `${pointer} has no ${name}`);
  return [...faults, ...boundFaults(field, pointer)];
}

function boundFaults(field: JsonObject, pointer: string): string[] {
  const has = (...keywords: string[]): boolean =>
    keywords.some((name) => field[name] !== undefined);
  switch (field['type']) {
    case 'boolean':
      return [];
    case 'string':
      return has('maxLength', 'format', 'enum', 'const') || isFinitePattern(field['pattern'])
        ? []
        : [`${pointer} is text without an end`];
    case 'integer':
      return has('maximum') && has('minimum') ? [] : [`${pointer} is a number without bounds`];
    case 'array': {
      const items = field['items'];
      if (!isJsonObject(items)) return [`${pointer} does not say what it lists`];
      return [...listFaults(field, items, pointer), ...boundFaults(items, `${pointer}/items`)];
    }
    case 'object': {
      const members = Object.entries((field['properties'] ?? {}) as JsonObject);
      const faults = field['additionalProperties'] === false ? [] : [`${pointer} is open`];
      return [
        ...faults,
        ...members.flatMap(([name, one]) => fieldFaults(one, `${pointer}/properties/${name}`)),
      ];
    }
    default:
      return [`${pointer} must have one type`];
  }
}

/** JSON-LD signs a set of values: an empty one leaves no trace, equal ones are one, and inner lists melt into outer. */
function listFaults(field: JsonObject, items: JsonObject, pointer: string): string[] {
  const { minItems, maxItems, uniqueItems } = field;
  const isOfObjects = items['type'] === 'object';
  return [
    ...(maxItems === undefined ? [`${pointer} is a list without an end`] : []),
    ...(Number(minItems ?? 0) < 1 ? [`${pointer} may be an empty list`] : []),
    ...(uniqueItems === true || isOfObjects ? [] : [`${pointer} may hold one value twice`]),
    ...(items['type'] === 'array' ? [`${pointer} is a list of lists`] : []),
  ];
}

/** Only what the compatibility checker understands: a keyword it does not know it could not compare. */
function keywordFaults(schema: JsonValue, pointer: string): string[] {
  if (Array.isArray(schema)) {
    return schema.flatMap((one, index) => keywordFaults(one, `${pointer}/${index}`));
  }
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (!SCHEMA_KEYWORDS.has(keyword)) return [`${pointer} uses ${keyword}`];
    if (keyword === 'pattern' && !(typeof value === 'string' && isWholePattern(value))) {
      return [`${pointer}/pattern does not hold for the whole text`];
    }
    if (['enum', 'const', 'examples', 'required', 'dependentRequired'].includes(keyword)) return [];
    if (keyword !== 'properties') return keywordFaults(value, `${pointer}/${keyword}`);
    return Object.entries(value as JsonObject).flatMap(([name, one]) =>
      keywordFaults(one, `${pointer}/properties/${name}`),
    );
  });
}

function exampleFaults({ schema, example }: EditionFile, ajv: Ajv2020): string[] {
  const validate = ajv.compile(schema);
  const codes = { unknown: 'UNKNOWN_TERM', other: 'CLAIMS_INVALID' } as const;
  const problems = validate(example)
    ? []
    : toProblems(validate.errors ?? [], { base: '/example', subject: 'the type', codes });
  return [...problems, ...checkText(example, '/example')].map(
    ({ pointer = '', detail }) => `${pointer} ${detail}`,
  );
}
