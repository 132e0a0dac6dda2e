import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import { buildCredentialSchema } from './credential-schema.ts';
import { type CredentialTypeEntry, loadEntries, type TrustFrameworkDefaults } from './entry.ts';
import { schemaUrl } from './names.ts';
import { toProblems } from './problems.ts';
import { checkText } from './text.ts';

export type { CoreSkillVariant, CredentialField, CredentialTypeEntry } from './entry.ts';
export { CONTEXT_URL, schemaUrl, typeIri, VOCAB } from './names.ts';

/** The `trustFramework` block of a credential. */
export interface TrustFramework extends TrustFrameworkDefaults {
  /** name of the organisation that issues */
  provider: string;
  /** when the claims were last read from their origin: date and time in UTC */
  lastRefresh: string;
}

interface Compiled {
  entry: CredentialTypeEntry;
  document: JsonObject;
  /** compiled when it is first asked for, then kept: a service starts without waiting for types it may not meet */
  validateClaims: () => ValidateFunction;
  validateCredential: () => ValidateFunction;
}

const FOLDER = new URL('../../contexts/catalogue/', import.meta.url);
const byType = new Map<string, Compiled>(
  compile(loadEntries(FOLDER)).map((one) => [one.entry.type, one]),
);
const byUrl = new Map<string, Compiled>(
  [...byType.values()].map((one) => [schemaUrl(one.entry.type, one.entry.version), one]),
);

function compile(entries: CredentialTypeEntry[]): Compiled[] {
  // Claims are signed as they came: nothing is coerced, removed or filled in.
  // strictRequired stays off: `required` inside `then` names properties of the schema around it.
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, verbose: true });
  addFormats.default(ajv, ['date', 'date-time']);
  return entries.map((entry) => {
    const document = buildCredentialSchema(entry);
    return {
      entry,
      document,
      validateClaims: once(() => ajv.compile(entry.schema)),
      validateCredential: once(() => ajv.compile(document)),
    };
  });
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Every type of the catalogue, by name. */
export function credentialTypes(): CredentialTypeEntry[] {
  return [...byType.values()].map(({ entry }) => entry);
}

export function findCredentialType(name: string): CredentialTypeEntry | undefined {
  return byType.get(name)?.entry;
}

/**
 * What is wrong with claims (a `credentialSubject` without `id`) for a type; empty when nothing is.
 * UNKNOWN_TERM for a member that the type does not have (JSON-LD would drop it from what is signed),
 * CLAIMS_INVALID for anything else, UNKNOWN_CREDENTIAL_TYPE for the type itself.
 */
export function checkClaims(typeName: string, claims: unknown): Problem[] {
  const known = byType.get(typeName);
  if (known === undefined) {
    return [
      {
        code: 'UNKNOWN_CREDENTIAL_TYPE',
        pointer: '/type',
        detail: 'The catalogue has no such credential type',
      },
    ];
  }
  const validateClaims = known.validateClaims();
  const base = '/credentialSubject';
  const problems = validateClaims(claims)
    ? []
    : toProblems(validateClaims.errors ?? [], {
        base,
        subject: typeName,
        codes: { unknown: 'UNKNOWN_TERM', other: 'CLAIMS_INVALID' },
      });
  return [...problems, ...checkText(claims, base)];
}

/**
 * Whether a whole credential follows the schema that its `credentialSchema` names: SCHEMA_MISMATCH otherwise, also
 * when it names none, or none of this catalogue.
 */
export function checkCredentialSchema(credential: unknown): Problem[] {
  const named = isJsonObject(credential) ? credential['credentialSchema'] : undefined;
  const id = isJsonObject(named) ? named['id'] : undefined;
  const known = typeof id === 'string' ? byUrl.get(id) : undefined;
  if (known === undefined) {
    const detail = 'credentialSchema does not name a schema of the catalogue';
    return [{ code: 'SCHEMA_MISMATCH', pointer: '/credentialSchema', detail }];
  }
  const validateCredential = known.validateCredential();
  if (validateCredential(credential)) return [];
  return toProblems(validateCredential.errors ?? [], {
    base: '',
    subject: known.entry.type,
    codes: { unknown: 'SCHEMA_MISMATCH', other: 'SCHEMA_MISMATCH' },
  });
}

/** The JSON Schema (2020-12) that is published at `schemaUrl(type, version)`; it validates the whole credential. */
export function credentialSchemaDocument(type: string, version: string): JsonObject | undefined {
  return byUrl.get(schemaUrl(type, version))?.document;
}

/**
 * The trust framework block that a type's credentials carry unless the issuer knows better.
 * @throws VcError UNKNOWN_CREDENTIAL_TYPE
 */
export function trustFrameworkFor(
  type: string,
  { organisationName, lastRefresh }: { organisationName: string; lastRefresh: string },
): TrustFramework {
  const entry = findCredentialType(type);
  if (entry === undefined)
    throw new VcError('UNKNOWN_CREDENTIAL_TYPE', 'The catalogue has no such credential type');
  return { ...entry.trustFramework, provider: organisationName, lastRefresh };
}
