import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { type CredentialTypeEntry, findCredentialType } from '../catalogue.ts';

/** @throws Error when the catalogue has no such type */
export function entryOf(type: string): CredentialTypeEntry {
  const entry = findCredentialType(type);
  if (entry === undefined) throw new Error(`the catalogue has no ${type}`);
  return entry;
}

/** Every property of a schema, at any depth, by its path: `address/line1`, `events/recordType`. */
export function propertiesOf(schema: JsonObject, path = ''): [path: string, schema: JsonObject][] {
  const node = isJsonObject(schema['items']) ? schema['items'] : schema;
  const properties = (node['properties'] ?? {}) as Record<string, JsonObject>;
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = path === '' ? name : `${path}/${name}`;
    return [[at, property], ...propertiesOf(property, at)] as [string, JsonObject][];
  });
}

/** Every member name in a JSON value, at any depth. */
export function memberNames(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(memberNames);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...memberNames(member)]);
}

/** The terms that the published context has for a type. */
export function termsOf(context: JsonObject, type: string): JsonObject {
  const terms = context['@context'];
  const definition = isJsonObject(terms) ? terms[type] : undefined;
  const scoped = isJsonObject(definition) ? definition['@context'] : undefined;
  if (!isJsonObject(scoped)) throw new Error(`the context has no ${type}`);
  return scoped;
}
