const ORIGIN = 'https://staffpassport.example';

/** The one JSON-LD context of all our credential types. */
export const CONTEXT_URL = `${ORIGIN}/contexts/v1`;

/** Where our types and claims have their IRIs. */
export const VOCAB = `${ORIGIN}/vocab#`;

/** IRI of a credential type, as JSON-LD expands it and as TRQP names it in `resource`. */
export function typeIri(type: string): string {
  return `${VOCAB}${type}`;
}

/** Where the JSON Schema of one version of a type is published: the `id` of `credentialSchema`. */
export function schemaUrl(type: string, version: string): string {
  return `${ORIGIN}/schemas/${type}/${version}`;
}
