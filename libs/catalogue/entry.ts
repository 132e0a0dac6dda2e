import { readdirSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '#vc/data-model';

/** How a credential of the type came to be known: all of the trust framework block but provider and time. */
export interface TrustFrameworkDefaults {
  origin: string;
  assurancePolicy: string;
  assuranceOutcome: string;
  verifier: string;
  verificationMethod: string;
  pedigree: string;
}

/** One field as people see it: a plain-English label, what it holds, and why it needs care, if it does. */
export interface CredentialField {
  label: string;
  description: string;
  sensitivity?: string;
}

/** A level of a core skill, with the competency that the framework names for it. */
export interface CoreSkillVariant {
  subjectLevel: string;
  competencyName: string;
}

/** One governed credential type: a file of `contexts/catalogue`. */
export interface CredentialTypeEntry {
  type: string;
  /** semver */
  version: string;
  status: 'draft' | 'approved' | 'deprecated';
  group: string;
  title: string;
  description: string;
  issuedBy: string;
  provenance: string;
  /** keyed by claim name; taken from the schema's annotations */
  fields: Record<string, CredentialField>;
  /** JSON Schema 2020-12 of the claims: `credentialSubject` without `id` */
  schema: JsonObject;
  trustFramework: TrustFrameworkDefaults;
  /** claims that pass the schema; invented people and organisations */
  example: JsonObject;
  /** core skills only */
  subjectName?: string;
  variants?: CoreSkillVariant[];
  /** health evidence only: how the codes of its events begin */
  codePrefixes?: string[];
}

interface EntryFile extends Omit<CredentialTypeEntry, 'fields'> {
  extends?: string;
  sensitivity?: Record<string, string>;
}

/**
 * Reads every `<Type>.json` of a folder. A file may name a shared one in `extends` and is then merged over it
 * (RFC 7396), so that what eleven types have in common is written once.
 * @throws Error when a file's name is not its type
 */
export function loadEntries(folder: URL): CredentialTypeEntry[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => {
    const entry = toEntry(withShared(readJson(new URL(name, folder)), folder));
    if (`${entry.type}.json` !== name) throw new Error(`${name} describes the type ${entry.type}`);
    return entry;
  });
}

function readJson(file: URL): JsonObject {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

function withShared(file: JsonObject, folder: URL): JsonObject {
  const shared = file['extends'];
  return typeof shared === 'string' ? mergePatch(readJson(new URL(shared, folder)), file) : file;
}

function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    merged[key] = isJsonObject(before) && isJsonObject(value) ? mergePatch(before, value) : value;
  }
  return merged;
}

function toEntry(file: JsonObject): CredentialTypeEntry {
  const { extends: _shared, sensitivity = {}, ...rest } = file as unknown as EntryFile;
  const schema = rest.variants === undefined ? rest.schema : withVariants(rest);
  return { ...rest, schema, fields: fieldsOf(schema, sensitivity) };
}

/** A core skill's subject is fixed, and its level and competency are only good together. */
function withVariants({
  schema,
  subjectName = '',
  variants = [],
}: Omit<EntryFile, 'extends'>): JsonObject {
  const properties = schema['properties'] as JsonObject;
  const subject = properties['subjectName'] as JsonObject;
  const known = variants
    .map((one) => `level ${one.subjectLevel} "${one.competencyName}"`)
    .join(', ');
  return {
    ...schema,
    properties: { ...properties, subjectName: { ...subject, const: subjectName } },
    allOf: [
      {
        description: `subjectLevel and competencyName are known together only as: ${known}`,
        anyOf: variants.map((one) => ({
          properties: {
            subjectLevel: { const: one.subjectLevel },
            competencyName: { const: one.competencyName },
          },
        })),
      },
    ],
  };
}

function fieldsOf(
  schema: JsonObject,
  sensitivity: Record<string, string>,
): Record<string, CredentialField> {
  const properties = schema['properties'] as Record<string, { title: string; description: string }>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const field = {
        label: property.title,
        description: property.description,
      };
      const care = sensitivity[name];
      return [name, care === undefined ? field : { ...field, sensitivity: care }];
    }),
  );
}
