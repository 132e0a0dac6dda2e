import type { JsonObject, JsonValue } from '#vc/data-model';
import type { EditionFile } from '../entry.ts';

/** A small edition of a made-up type, complete and good, with some members changed. */
export function editionOf(change: Partial<EditionFile> = {}): EditionFile {
  return structuredClone({ ...UNIFORM, ...change });
}

/** A rule between claims. */
export function ifThen(condition: JsonObject, consequence: JsonObject): JsonObject {
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word; nobody awaits it
  return { if: condition, then: consequence };
}

export type Edit = (edition: EditionFile) => void;

/** Sets, or with undefined takes out, what stands at a path in the schema. */
export function at(path: string, value: JsonValue | undefined): Edit {
  return ({ schema }) => {
    const steps = path.split('/');
    const last = steps.pop() ?? '';
    let place = schema;
    for (const step of steps) place = place[step] as JsonObject;
    if (value === undefined) delete place[last];
    else place[last] = value;
  };
}

/** The made-up edition's next minor version. */
export function edited(...edits: Edit[]): EditionFile {
  const edition = editionOf({ version: '1.1.0' });
  for (const edit of edits) edit(edition);
  return edition;
}

const UNIFORM: EditionFile = {
  type: 'UniformCredential',
  version: '1.0.0',
  group: 'Uniform',
  title: 'Uniform',
  description: 'What somebody wears at work.',
  issuedBy: 'The laundry',
  mayIssue: ['employer'],
  provenance: 'Made up for tests.',
  trustFramework: {
    origin: 'Laundry',
    assurancePolicy: 'Measured',
    assuranceOutcome: 'Measured',
    verifier: 'Provider',
    verificationMethod: 'Record Verification',
    pedigree: 'Authoritative',
  },
  alwaysDisclosed: ['kind'],
  sensitivity: { shoeSize: 'personal' },
  rendering: { summary: 'A uniform of the kind {kind}.' },
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'issuedOn'],
    properties: {
      kind: {
        title: 'Kind',
        description: 'Of which kind',
        type: 'string',
        enum: ['Tunic', 'Scrubs'],
      },
      issuedOn: {
        title: 'Issued on',
        description: 'A full calendar date, YYYY-MM-DD',
        type: 'string',
        format: 'date',
      },
      shoeSize: {
        title: 'Shoe size',
        description: 'As text',
        type: 'string',
        pattern: '^[0-9]{1,2}$',
      },
      note: {
        title: 'Note',
        description: 'What else there is to say',
        type: 'string',
        minLength: 1,
        maxLength: 100,
      },
      washable: {
        title: 'Washable',
        description: 'true: at 60 degrees',
        const: true,
        type: 'boolean',
      },
      items: {
        title: 'Items',
        description: '1 to 10 pieces',
        type: 'array',
        minItems: 1,
        maxItems: 10,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['piece'],
          properties: {
            piece: { title: 'Piece', description: 'What it is', type: 'string', maxLength: 50 },
            colour: { title: 'Colour', description: 'In a word', type: 'string', maxLength: 50 },
          },
        },
      },
    },
    allOf: [ifThen({ properties: { kind: { const: 'Scrubs' } } }, { required: ['shoeSize'] })],
  },
  example: {
    kind: 'Scrubs',
    issuedOn: '2026-01-05',
    shoeSize: '07',
    note: 'Two sets',
    washable: true,
    items: [{ piece: 'Trousers', colour: 'Blue' }],
  },
};
