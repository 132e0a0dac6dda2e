import { createCatalogue } from './create-catalogue.ts';
import { openEditions } from './edition-store.ts';

export type { Catalogue, EditionSummary } from './create-catalogue.ts';
export type { Edition, TrustFramework } from './edition.ts';
export type { CoreSkillVariant, CredentialField, CredentialTypeEntry } from './entry.ts';
export {
  COMMON_CLAIMS,
  CONTEXT_URL,
  schemaUrl,
  typeIri,
  typeOfVct,
  VOCAB,
  vctUrl,
} from './names.ts';

/** The catalogue that this release publishes: `contexts/editions`. */
export const catalogue = createCatalogue(
  openEditions(new URL('../../contexts/editions/', import.meta.url)),
);

export const {
  credentialTypes,
  findCredentialType,
  editionToIssue,
  checkClaims,
  checkCredentialSchema,
  checkDisclosedClaims,
  credentialSchemaDocument,
  trustFrameworkFor,
  typeMetadata,
} = catalogue;
