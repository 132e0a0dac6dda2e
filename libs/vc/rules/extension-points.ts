import { isJsonObject, type JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import {
  ANY_DOCUMENT,
  BOTH_VERSIONS,
  broken,
  checkOptionalId,
  checkValues,
  hasType,
  isAbsoluteUrl,
  type Rule,
  type VcdmName,
  valuesOf,
} from './parts.ts';

interface Demands {
  /** whether each value must have an id too */
  id: 'required' | 'optional';
}

/** Each value is an object with a type, and with an id that is a URL where it has or must have one. */
function described(member: string, { id }: Demands) {
  return (document: JsonObject): Problem | undefined =>
    checkValues(document, member, (value, pointer) => {
      if (!hasType(value)) return broken(`${pointer}/type`, `A value of ${member} has no type.`);
      if (id === 'required' && !isAbsoluteUrl(value['id'])) {
        return broken(`${pointer}/id`, `A value of ${member} is not named by a URL.`);
      }
      return checkOptionalId(value, pointer);
    });
}

/** Each value has an id that is a URL. */
function named(member: string) {
  return (document: JsonObject): Problem | undefined =>
    checkValues(document, member, ({ id }, pointer) =>
      isAbsoluteUrl(id)
        ? undefined
        : broken(`${pointer}/id`, `A value of ${member} is not named by a URL.`),
    );
}

function checkUniqueResources(document: JsonObject): Problem | undefined {
  const seen = new Set<unknown>();
  for (const { value, pointer } of valuesOf(document, 'relatedResource')) {
    const id = isJsonObject(value) ? value['id'] : undefined;
    if (id !== undefined && seen.has(id)) {
      return broken(`${pointer}/id`, 'One resource is listed twice.');
    }
    seen.add(id);
  }
  return undefined;
}

const DIGESTS = {
  digestSRI: /^sha(256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}$/,
  digestMultibase: /^[uz][A-Za-z0-9_-]{32,}$/,
};

function checkDigests(document: JsonObject): Problem | undefined {
  return checkValues(document, 'relatedResource', (resource, pointer) => {
    const given = Object.entries(DIGESTS).filter(([name]) => resource[name] !== undefined);
    if (given.length === 0) return broken(pointer, 'A resource has no digest.');
    const wrong = given.find(([name, form]) => {
      const digest = resource[name];
      return typeof digest !== 'string' || !form.test(digest);
    });
    return wrong && broken(`${pointer}/${wrong[0]}`, 'A digest cannot be read.');
  });
}

const CREDENTIAL = ['credential'] as const;

function point(
  member: string,
  clause: string,
  {
    id,
    of = CREDENTIAL,
    versions = BOTH_VERSIONS,
  }: Demands & Partial<Pick<Rule, 'of'>> & { versions?: readonly VcdmName[] },
): Rule {
  return { id: `${member}-typed`, clause, of, versions, check: described(member, { id }) };
}

/** What VCDM 1.1 demands and 2.0 does not any more. */
function namedInOld(member: string, clause: string): Rule {
  return { id: `${member}-named`, clause, of: CREDENTIAL, versions: ['1.1'], check: named(member) };
}

/** The members by which a credential is extended, each of which says of which kind it is. */
export const EXTENSION_RULES: readonly Rule[] = [
  point('credentialStatus', 'status', { id: 'optional' }),
  namedInOld('credentialStatus', 'status'),
  point('credentialSchema', 'data-schemas', { id: 'required' }),
  point('refreshService', 'refreshing', { id: 'optional' }),
  namedInOld('refreshService', 'refreshing'),
  point('termsOfUse', 'terms-of-use', { id: 'optional', of: ANY_DOCUMENT }),
  point('evidence', 'evidence', { id: 'optional' }),
  point('renderMethod', 'reserved-extension-points', { id: 'optional', versions: ['2.0'] }),
  point('confidenceMethod', 'reserved-extension-points', { id: 'optional', versions: ['2.0'] }),
  {
    id: 'related-resource-id',
    clause: 'integrity-of-related-resources',
    of: CREDENTIAL,
    versions: ['2.0'],
    check: named('relatedResource'),
  },
  {
    id: 'related-resource-unique',
    clause: 'integrity-of-related-resources',
    of: CREDENTIAL,
    versions: ['2.0'],
    check: checkUniqueResources,
  },
  {
    id: 'related-resource-digest',
    clause: 'integrity-of-related-resources',
    of: CREDENTIAL,
    versions: ['2.0'],
    check: checkDigests,
  },
];
