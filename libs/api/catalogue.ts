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

/** One field as people see it. */
export const CatalogueFieldSchema = Type.Object({
  name: Type.String(),
  label: Type.String(),
  description: Type.String(),
  required: Type.Boolean(),
  sensitivity: Type.Union([Type.String(), Type.Null()]),
  alwaysDisclosed: Type.Boolean({
    description: 'in an SD-JWT; all others the holder may withhold',
  }),
});
/** `GET /v1/catalogue/{type}/{version}`: everything that issuing one takes. */
export const CatalogueEntrySchema = Type.Object({
  ...CatalogueSummarySchema.properties,
  issuedBy: Type.String(),
  provenance: Type.String(),
  fields: Type.Array(CatalogueFieldSchema),
  schema: Type.Intersect([DocumentSchema], { description: 'JSON Schema 2020-12 of the claims' }),
  credentialSchema: Type.String({ description: 'URL of the schema of the whole credential' }),
  vct: Type.String(),
  forms: Type.Array(CredentialFormSchema),
  trustFramework: DocumentSchema,
  example: Type.Object({
    claims: DocumentSchema,
    request: Type.Intersect([DocumentSchema], { description: 'a body for `POST /v1/credentials`' }),
    record: Type.Union([DocumentSchema, Type.Null()], {
      description: 'the same as a workforce record, where that format has the type',
    }),
  }),
  rendering: Type.Object({
    text: Type.String({ description: 'the example in words: normative, for screen readers' }),
    svg: Type.String({ description: 'the example as a card' }),
  }),
});
