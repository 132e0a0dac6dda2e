const ORIGIN = 'https://staffpassport.example';
const SEMVER = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/;
const TYPE_NAME = '[A-Z][A-Za-z0-9]{2,99}';

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

/** Type and version of a schema URL of ours; undefined for any other. It does not say that the catalogue has them. */
export function typeOfSchema(url: string): { type: string; version: string } | undefined {
  const found = new RegExp(`^${ORIGIN}/schemas/(${TYPE_NAME})/([0-9.]{5,14})$`).exec(url);
  const [, type = '', version = ''] = found ?? [];
  return SEMVER.test(version) ? { type, version } : undefined;
}

/** The `vct` of a type's SD-JWTs: versions of one major are one type to a wallet. */
export function vctUrl(type: string, version: string): string {
  return `${ORIGIN}/vct/${type}/${majorOf(version)}`;
}

/** The type that a `vct` of ours names; undefined for any other. It does not say that the catalogue has it. */
export function typeOfVct(vct: string): string | undefined {
  return new RegExp(`^${ORIGIN}/vct/(${TYPE_NAME})/(?:0|[1-9]\\d{0,3})$`).exec(vct)?.[1];
}

/** @throws RangeError for a version that is not three numbers */
export function majorOf(version: string): number {
  return numbersOf(version)[0];
}

/** Sorts versions from old to new. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function numbersOf(version: string): [major: number, minor: number, patch: number] {
  const [, major, minor, patch] = SEMVER.exec(version) ?? [];
  if (major === undefined) throw new RangeError('a version is three numbers, such as 1.0.0');
  return [Number(major), Number(minor), Number(patch)];
}

/**
 * What an SD-JWT of ours holds besides the claims of its type (SD-JWT VC §2.2.2, and ours). These always stand in the
 * open, so no type may have a claim of such a name.
 */
export const COMMON_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'jti',
  'iat',
  'nbf',
  'exp',
  'vct',
  'cnf',
  'status',
  'trustFramework',
  'credentialSchema',
  'supersedes',
]);
