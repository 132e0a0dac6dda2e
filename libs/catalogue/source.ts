import { readdirSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import {
  EDITION_MEMBERS,
  type EditionFile,
  type EditionStatus,
  type Sensitivity,
} from './entry.ts';

/** What people edit: a file of `contexts/catalogue`, with what it shares with others filled in. */
export interface Source {
  edition: EditionFile;
  status: EditionStatus;
}

/** A file's members; those that most types leave empty may be left out. */
interface SourceFile extends Omit<EditionFile, 'alwaysDisclosed' | 'sensitivity'> {
  extends?: string;
  status: EditionStatus;
  alwaysDisclosed?: string[];
  sensitivity?: Record<string, Sensitivity>;
}

const SOURCE_NAME = /^[A-Z]\w*\.json$/;

/**
 * Reads every `<Type>.json` of a folder. A file may name a shared one in `extends` and is then merged over it
 * (RFC 7396), so that what eleven types have in common is written once.
 * @throws Error when a file's name is not its type
 */
export function loadSources(folder: URL): Source[] {
  const names = readdirSync(folder).filter((name) => SOURCE_NAME.test(name));
  return names.toSorted().map((name) => {
    const source = expand(withShared(readJson(new URL(name, folder)), folder));
    const { type } = source.edition;
    if (`${type}.json` !== name) throw new Error(`${name} describes the type ${type}`);
    return source;
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
    if (value === null) delete merged[key];
    else
      merged[key] = isJsonObject(before) && isJsonObject(value) ? mergePatch(before, value) : value;
  }
  return merged;
}

/** Members in one order, so that equal sources give equal bytes; unknown ones last, for the check to find. */
function expand(merged: JsonObject): Source {
  const { extends: _shared, status, ...rest } = merged as unknown as SourceFile;
  const schema = rest.variants === undefined ? rest.schema : withVariants(rest);
  const filled = { alwaysDisclosed: [], sensitivity: {}, ...rest, schema };
  const named = EDITION_MEMBERS.map((member) => [member, filled[member]]);
  const present = Object.fromEntries(named.filter(([, value]) => value !== undefined));
  const edition = { ...present, ...filled } as unknown as EditionFile;
  return { edition, status };
}

/** A core skill's subject is fixed, and its level and competency are only good together. */
function withVariants({
  schema,
  subjectName = '',
  variants = [],
}: Omit<SourceFile, 'status'>): JsonObject {
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
