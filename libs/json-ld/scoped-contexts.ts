import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

export interface NamedContexts {
  /** contexts whose scoped contexts are names; as jsonld.js writes into contexts, they are not frozen */
  contexts: ReadonlyMap<string, JsonObject>;
  /** the scoped contexts by name */
  scoped: ReadonlyMap<string, JsonObject>;
}

/**
 * The same contexts with every scoped context (JSON-LD 1.1 §4.1.8) given by a name instead of in place, which means
 * the same. jsonld.js copies all that stands in a context for every node that has a type: half of its time went into
 * copying what the other types would mean. Names are digests, so that terms defined alike in two contexts stay alike.
 */
export function nameScopedContexts(given: Iterable<[string, JsonObject]>): NamedContexts {
  const scoped = new Map<string, JsonObject>();

  const nameWithin = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(nameWithin);
    if (!isJsonObject(value)) return value;
    const members = Object.entries(value).map(([key, member]): [string, JsonValue] => {
      const named = nameWithin(member);
      return [key, key === '@context' && isJsonObject(named) ? nameOf(named) : named];
    });
    return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };

  const nameOf = (context: JsonObject): string => {
    const digest = createHash('sha256').update(JSON.stringify(context)).digest('hex');
    const name = `urn:sha256:${digest}`;
    scoped.set(name, { '@context': context });
    return name;
  };

  // The outermost `@context` is what the URL stands for: it stays in its place.
  const contexts = [...given].map(([url, { '@context': outer = {} }]): [string, JsonObject] => [
    url,
    { '@context': nameWithin(outer) },
  ]);
  return { contexts: new Map(contexts), scoped };
}
