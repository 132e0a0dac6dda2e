import { Type } from 'typebox';
import { CredentialFormSchema, CredentialTypeNameSchema, DocumentSchema } from './wire.ts';

/** Who may issue a type, by what it is to the person; the registry says which organisation may. */
export const ISSUER_ROLES = [
  'employer',
  'host',
  'occupational-health',
  'training-body',
  'self-declared',
] as const;

export const CatalogueSummarySchema = Type.Object({
  type: CredentialTypeNameSchema,
  version: Type.String(),
  status: Type.Enum(['draft', 'approved', 'deprecated']),
  group: Type.String(),
  title: Type.String(),
  description: Type.String(),
  mayIssue: Type.Array(Type.Enum(ISSUER_ROLES)),
  url: Type.String({ description: 'path of the version below `/v1/catalogue`' }),
});
/** `GET /v1/catalogue`: the newest version of every type that can be issued; `?all=true` every version. */
export const CatalogueSchema = Type.Object({ items: Type.Array(CatalogueSummarySchema) });

/** A property as people see it, and what it may be. */
const PROPERTY = {
  name: Type.String(),
  label: Type.String(),
  description: Type.String(),
  required: Type.Boolean(),
  requiredAtTimes: Type.Boolean({
    description: 'by what another field says; the JSON Schema has the condition',
  }),
  codes: Type.Array(Type.Object({ code: Type.String(), label: Type.String() }), {
    description: 'the only values there are, with what people read; empty when it is not a code',
  }),
};
/** One claim. */
export const CatalogueFieldSchema = Type.Object({
  ...PROPERTY,
  sensitivity: Type.Union([Type.String(), Type.Null()]),
  alwaysDisclosed: Type.Boolean({
    description: 'in an SD-JWT; all others the holder may withhold',
  }),
  inside: Type.Array(Type.Object(PROPERTY), {
    description: 'the properties of an object, or of each object of a list',
  }),
});
/** How every type is sent: in words, for who has nothing but the catalogue. */
export const CatalogueSendSchema = Type.Object({
  request: Type.String(),
  headers: Type.Record(Type.String(), Type.String()),
  employeeId: Type.String(),
  bindHolder: Type.Array(Type.String(), { description: 'steps that bind a wallet to a person' }),
  optional: Type.Record(Type.String(), Type.String(), {
    description: 'further members of the body',
  }),
});
/** `GET /v1/catalogue/{type}/{version}`: everything that issuing one takes. */
export const CatalogueEntrySchema = Type.Object({
  ...CatalogueSummarySchema.properties,
  issuedBy: Type.String(),
  provenance: Type.String(),
  fields: Type.Array(CatalogueFieldSchema),
  rules: Type.Array(Type.String(), { description: 'what holds between fields' }),
  schema: Type.Intersect([DocumentSchema], { description: 'JSON Schema 2020-12 of the claims' }),
  credentialSchema: Type.String({ description: 'URL of the schema of the whole credential' }),
  vct: Type.String(),
  forms: Type.Array(CredentialFormSchema),
  trustFramework: DocumentSchema,
  send: CatalogueSendSchema,
  example: Type.Object({
    claims: DocumentSchema,
    request: Type.Intersect([DocumentSchema], { description: 'a body for `POST /v1/credentials`' }),
    record: Type.Union([DocumentSchema, Type.Null()], {
      description:
        'as a workforce record, as far as that format can hold it; of several records the first; null where it has no such type',
    }),
  }),
  rendering: Type.Object({
    text: Type.String({ description: 'the example in words: normative, for screen readers' }),
    svg: Type.String({ description: 'the example as a card' }),
  }),
});
