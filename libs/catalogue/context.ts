import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { TRUST_FRAMEWORK_SCHEMA } from './credential-schema.ts';
import type { EditionFile } from './entry.ts';
import { compareVersions, typeIri, VOCAB } from './names.ts';

const XSD = 'http://www.w3.org/2001/XMLSchema#';

// VCDM 2.0 defines these for every node and protects them: same IRI, so that 2.0 accepts it and 1.1 has it too.
const W3C_TERMS: Record<string, string> = {
  description: 'https://schema.org/description',
  name: 'https://schema.org/name',
};

// For VCDM 1.1, which has no term for it; the same as in VCDM 2.0, which protects it.
const JSON_SCHEMA: JsonObject = {
  '@id': 'https://www.w3.org/2018/credentials#JsonSchema',
  '@context': {
    '@protected': true,
    id: '@id',
    type: '@type',
    jsonSchema: { '@id': 'https://www.w3.org/2018/credentials#jsonSchema', '@type': '@json' },
  },
};

/**
 * The JSON-LD context of the catalogue. Each type is a type-scoped context, so a claim of one type is an unknown term
 * in another and safe mode refuses it. `@propagate` carries the terms into `credentialSubject`, which itself is
 * protected by the W3C contexts and cannot be given a context of its own. JSON-LD applies type-scoped contexts in the
 * order of the type names, and one that propagates must come before `VerifiableCredential`, which does not.
 * A type has the terms of all its editions, so that what any of them signed can be verified. The order in which they
 * are given does not matter.
 * @throws Error for a type whose name sorts after `VerifiableCredential`, for a term of two meanings
 */
export function buildContext(
  editions: readonly Pick<EditionFile, 'type' | 'version' | 'schema'>[],
): JsonObject {
  const late = editions.find(({ type }) => type > 'VerifiableCredential');
  if (late !== undefined) throw new Error(`${late.type} must sort before VerifiableCredential`);
  const types = new Map<string, JsonObject>();
  for (const { type, schema } of editions.toSorted(byTypeAndVersion)) {
    types.set(type, union(types.get(type) ?? {}, claimTerms(schema), type));
  }
  const scoped = [...types].map(([type, terms]) => [
    type,
    { '@id': typeIri(type), '@context': { '@propagate': true, '@protected': true, ...terms } },
  ]);
  return {
    '@context': {
      '@version': 1.1,
      '@protected': true,
      JsonSchema: JSON_SCHEMA,
      supersedes: { '@id': `${VOCAB}supersedes`, '@type': '@id' },
      trustFramework: {
        '@id': `${VOCAB}trustFramework`,
        '@context': { '@protected': true, ...claimTerms(TRUST_FRAMEWORK_SCHEMA) },
      },
      ...Object.fromEntries(scoped),
    },
  };
}

function byTypeAndVersion(
  one: Pick<EditionFile, 'type' | 'version'>,
  other: Pick<EditionFile, 'type' | 'version'>,
): number {
  if (one.type === other.type) return compareVersions(one.version, other.version);
  return one.type < other.type ? -1 : 1;
}

/** What each claim of a schema means: term definitions of JSON-LD 1.1. */
export function claimTerms(schema: JsonObject): JsonObject {
  const properties = schema['properties'] as Record<string, JsonObject>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, term(name, property)]),
  );
}

/** A term never changes its meaning: definitions of one name are equal, but for what an inner context gained. */
function union(older: JsonObject, newer: JsonObject, place: string): JsonObject {
  const merged: JsonObject = { ...older };
  for (const [name, definition] of Object.entries(newer)) {
    const known = merged[name];
    if (known === undefined) {
      merged[name] = definition;
    } else if (isScoped(known) && isScoped(definition)) {
      const inner = union(known['@context'], definition['@context'], `${place}/${name}`);
      merged[name] = { ...known, '@context': inner };
    } else if (JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`${name} of ${place} has two meanings`);
    }
  }
  return merged;
}

/** Paths of the terms that a context no longer has, or that mean something else in it. */
export function lostTerms(before: JsonObject, after: JsonObject, path = ''): string[] {
  const [was, is] = [before, after].map((one) =>
    isJsonObject(one['@context']) ? one['@context'] : one,
  );
  return Object.entries(was ?? {}).flatMap(([name, definition]) => {
    const now = is?.[name];
    const at = `${path}/${name}`;
    if (!isScoped(definition) || !isJsonObject(now)) {
      return isDeepStrictEqual(definition, now) ? [] : [at];
    }
    const { '@context': inner, ...own } = definition;
    const { '@context': innerNow, ...ownNow } = now;
    if (!isDeepStrictEqual(own, ownNow) || !isJsonObject(innerNow)) return [at];
    return lostTerms(inner, innerNow, at);
  });
}

function isScoped(definition: JsonValue): definition is JsonObject & { '@context': JsonObject } {
  return isJsonObject(definition) && isJsonObject(definition['@context']);
}

/** Only text that always is a full date or time has a datatype: partial dates stay plain strings. */
function term(name: string, property: JsonObject): JsonValue {
  const id = W3C_TERMS[name] ?? `${VOCAB}${name}`;
  if (property['format'] === 'date') return { '@id': id, '@type': `${XSD}date` };
  if (property['format'] === 'date-time') return { '@id': id, '@type': `${XSD}dateTime` };
  const node = isJsonObject(property['items']) ? property['items'] : property;
  if (!isJsonObject(node['properties'])) return id;
  return { '@id': id, '@context': { '@protected': true, ...claimTerms(node) } };
}
