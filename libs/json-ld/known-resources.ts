import { readFileSync } from 'node:fs';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Problem } from '#vc/error';

/** The digests that a resource has, in each spelling that VCDM 2.0 §5.3 allows. */
export interface KnownDigests {
  digestSRI: readonly string[];
  digestMultibase: readonly string[];
}

/** What public test suites name as related resources, by URL: nothing is fetched. */
export function readKnownResources(): Record<string, KnownDigests> {
  const file = new URL('../../contexts/conformance/resources.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, KnownDigests>;
}

/**
 * Makes the check of VCDM 2.0 §5.3 that a digest is the resource's, for the resources that are known.
 * Of others, and of digests by other algorithms, nothing is known and nothing said.
 */
export function createResourceCheck(known: Readonly<Record<string, KnownDigests>>) {
  return ({ relatedResource }: JsonObject): Problem | undefined => {
    const resources = asArray<JsonValue>(relatedResource);
    for (const [at, resource] of resources.entries()) {
      if (!isJsonObject(resource)) continue;
      const { id, digestSRI, digestMultibase } = resource;
      const digests = typeof id === 'string' && Object.hasOwn(known, id) ? known[id] : undefined;
      if (digests === undefined) continue;
      const isOther =
        isNoneOf(digestSRI, digests.digestSRI) ||
        isNoneOf(digestMultibase, digests.digestMultibase);
      if (isOther) {
        const pointer = `/relatedResource/${at}`;
        return {
          code: 'MALFORMED_VALUE_ERROR',
          pointer,
          detail: 'The digest is of another resource.',
        };
      }
    }
    return undefined;
  };
}

// Of the same algorithm and base is what begins alike and is as long.
function isNoneOf(digest: JsonValue | undefined, known: readonly string[]): boolean {
  if (typeof digest !== 'string' || known.includes(digest)) return false;
  return known.some((each) => each.length === digest.length && kindOf(each) === kindOf(digest));
}

function kindOf(digest: string): string {
  return /^(sha\d+-|.)/.exec(digest)?.[0] ?? '';
}
