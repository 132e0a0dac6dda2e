import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { buildCredentialSchema } from './credential-schema.ts';
import type { CredentialTypeEntry, TrustFrameworkDefaults } from './entry.ts';
import { schemaUrl, vctUrl } from './names.ts';
import { MAX_PROBLEMS, toProblems } from './problems.ts';
import { checkText } from './text.ts';

/** The `trustFramework` block of a credential. */
export interface TrustFramework extends TrustFrameworkDefaults {
  /** name of the organisation that issues */
  provider: string;
  /** when the claims were last read from their origin: date and time in UTC */
  lastRefresh: string;
}

/**
 * One version of one credential type, with all that a request does with it. It never changes: whoever takes it once
 * for a request has one schema, one `vct` and one set of disclosures throughout.
 */
export interface Edition {
  readonly entry: CredentialTypeEntry;
  readonly type: string;
  readonly version: string;
  /** `credentialSchema.id` */
  readonly schemaUrl: string;
  readonly vct: string;
  /** the published schema: it validates the whole credential */
  readonly credentialSchema: JsonObject;
  /**
   * What is wrong with claims (a `credentialSubject` without `id`): UNKNOWN_TERM for a member that the type does not
   * have (JSON-LD would drop it from what is signed), CLAIMS_INVALID for anything else.
   */
  checkClaims(claims: unknown): Problem[];
  /** SCHEMA_MISMATCH for a credential of VCDM 2.0 or 1.1 that does not follow `credentialSchema`. */
  checkCredential(credential: unknown): Problem[];
  /**
   * SCHEMA_MISMATCH for claims of an SD-JWT. With nothing hidden all rules count; otherwise what is disclosed is
   * judged claim by claim, and what is always disclosed and required must be there.
   * @param hidden how many claims the holder withheld
   */
  checkDisclosed(claims: unknown, hidden: number): Problem[];
  trustFramework(options: { organisationName: string; lastRefresh: string }): TrustFramework;
}

const SUBJECT = '/credentialSubject';

/** @param ajv compiles each schema when it is first needed, then it is kept: no service waits for types it never meets */
export function createEdition(entry: CredentialTypeEntry, ajv: Ajv2020): Edition {
  deepFreeze(entry);
  const credentialSchema = deepFreeze(buildCredentialSchema(entry));
  const validateClaims = once(() => ajv.compile(entry.schema));
  const validateCredential = once(() => ajv.compile(credentialSchema));
  const validateDisclosed = once(() => ajv.compile(disclosedSchema(entry)));
  const subject = entry.type;
  const mismatch = { unknown: 'SCHEMA_MISMATCH', other: 'SCHEMA_MISMATCH' } as const;
  return {
    entry,
    type: entry.type,
    version: entry.version,
    schemaUrl: schemaUrl(entry.type, entry.version),
    vct: vctUrl(entry.type, entry.version),
    credentialSchema,

    checkClaims(claims) {
      const codes = { unknown: 'UNKNOWN_TERM', other: 'CLAIMS_INVALID' } as const;
      const problems = run(validateClaims(), claims, { base: SUBJECT, subject, codes });
      return [...problems, ...checkText(claims, SUBJECT)].slice(0, MAX_PROBLEMS);
    },

    checkCredential(credential) {
      return run(validateCredential(), credential, { base: '', subject, codes: mismatch });
    },

    checkDisclosed(claims, hidden) {
      const validate = hidden === 0 ? validateClaims() : validateDisclosed();
      return run(validate, claims, { base: '', subject, codes: mismatch });
    },

    trustFramework({ organisationName, lastRefresh }) {
      return { ...entry.trustFramework, provider: organisationName, lastRefresh };
    },
  };
}

function run(
  validate: ValidateFunction,
  value: unknown,
  options: Parameters<typeof toProblems>[1],
): Problem[] {
  return validate(value) ? [] : toProblems(validate.errors ?? [], options);
}

/** Rules between claims are left out: their other half may be hidden, and the issuer kept them when it signed. */
function disclosedSchema({ schema, alwaysDisclosed }: CredentialTypeEntry): JsonObject {
  const required = (schema['required'] ?? []) as string[];
  return {
    type: 'object',
    additionalProperties: false,
    required: required.filter((name) => alwaysDisclosed.includes(name)),
    properties: schema['properties'] ?? {},
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  }
  return Object.freeze(value);
}
