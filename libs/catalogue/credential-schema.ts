import type { JsonObject } from '#vc/data-model';
import type { EditionFile } from './entry.ts';
import { schemaUrl } from './names.ts';

const TEXT: JsonObject = { type: 'string', minLength: 1, maxLength: 200 };
const HEX = '[0-9a-f]';
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** The schema of the `trustFramework` block, the same for every type. */
export const TRUST_FRAMEWORK_SCHEMA: JsonObject = {
  title: 'Trust framework',
  description: 'Where the claims came from, who checked them, how, and when they were last read',
  type: 'object',
  additionalProperties: false,
  required: [
    'origin',
    'assurancePolicy',
    'assuranceOutcome',
    'provider',
    'verifier',
    'verificationMethod',
    'pedigree',
    'lastRefresh',
  ],
  properties: {
    origin: TEXT,
    assurancePolicy: TEXT,
    assuranceOutcome: TEXT,
    provider: TEXT,
    verifier: TEXT,
    verificationMethod: {
      type: 'string',
      enum: [
        'Document Verification',
        'Record Verification',
        'Document Verification and Record Verification',
        'Document Verification with Record Verification',
        'Not verified',
        'Self-declared',
      ],
    },
    pedigree: { type: 'string', enum: ['Authoritative', 'Sourced', 'Self-declared'] },
    lastRefresh: { type: 'string', format: 'date-time' },
  },
};

/**
 * The published schema of a type: it validates the whole credential, as VC JSON Schema §2.1 asks, so that any
 * verifier can follow `credentialSchema.id`. What is ours is closed; what the data model lets others add is open.
 */
export function buildCredentialSchema(entry: EditionFile): JsonObject {
  const claims = entry.schema;
  const url = schemaUrl(entry.type, entry.version);
  return {
    $schema: DIALECT,
    $id: url,
    title: entry.title,
    description: entry.description,
    type: 'object',
    required: ['type', 'credentialSubject', 'trustFramework', 'credentialSchema'],
    properties: {
      type: { type: 'array', contains: { const: entry.type } },
      credentialSubject: {
        ...claims,
        required: ['id', ...(claims['required'] as string[])],
        properties: {
          id: {
            title: 'Holder',
            description: "The holder's DID",
            type: 'string',
            pattern: '^did:',
          },
          ...(claims['properties'] as JsonObject),
        },
      },
      trustFramework: TRUST_FRAMEWORK_SCHEMA,
      credentialSchema: {
        type: 'object',
        required: ['id', 'type'],
        properties: { id: { const: url }, type: { const: 'JsonSchema' } },
      },
      supersedes: {
        title: 'Supersedes',
        description: 'The id of the older credential that this one takes the place of',
        type: 'string',
        pattern: `^urn:uuid:${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}$`,
      },
    },
  };
}
