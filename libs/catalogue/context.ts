import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { TRUST_FRAMEWORK_SCHEMA } from './credential-schema.ts';
import type { CredentialTypeEntry } from './entry.ts';
import { typeIri, VOCAB } from './names.ts';

const XSD = 'http://www.w3.org/2001/XMLSchema#';

// VCDM 2.0 defines these for every node and protects them: same IRI, so that 2.0 accepts it and 1.1 has it too.
const W3C_TERMS: Record<string, string> = {
  description: 'https://schema.org/description',
  name: 'https://schema.org/name',
};

/**
 * The JSON-LD context of the catalogue. Each type is a type-scoped context, so a claim of one type is an unknown term
 * in another and safe mode refuses it. `@propagate` carries the terms into `credentialSubject`, which itself is
 * protected by the W3C contexts and cannot be given a context of its own. JSON-LD applies type-scoped contexts in the
 * order of the type names, and one that propagates must come before `VerifiableCredential`, which does not.
 * @throws Error for a type whose name sorts after `VerifiableCredential`
 */
export function buildContext(entries: CredentialTypeEntry[]): JsonObject {
  const late = entries.find(({ type }) => type > 'VerifiableCredential');
  if (late !== undefined) throw new Error(`${late.type} must sort before VerifiableCredential`);
  const types = entries.map(({ type, schema }) => [
    type,
    {
      '@id': typeIri(type),
      '@context': { '@propagate': true, '@protected': true, ...terms(schema) },
    },
  ]);
  return {
    '@context': {
      '@version': 1.1,
      '@protected': true,
      trustFramework: {
        '@id': `${VOCAB}trustFramework`,
        '@context': { '@protected': true, ...terms(TRUST_FRAMEWORK_SCHEMA) },
      },
      ...Object.fromEntries(types),
    },
  };
}

function terms(schema: JsonObject): JsonObject {
  const properties = schema['properties'] as Record<string, JsonObject>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, term(name, property)]),
  );
}

/** Only text that always is a full date or time has a datatype: partial dates stay plain strings. */
function term(name: string, property: JsonObject): JsonValue {
  const id = W3C_TERMS[name] ?? `${VOCAB}${name}`;
  if (property['format'] === 'date') return { '@id': id, '@type': `${XSD}date` };
  if (property['format'] === 'date-time') return { '@id': id, '@type': `${XSD}dateTime` };
  const node = isJsonObject(property['items']) ? property['items'] : property;
  if (!isJsonObject(node['properties'])) return id;
  return { '@id': id, '@context': { '@protected': true, ...terms(node) } };
}
