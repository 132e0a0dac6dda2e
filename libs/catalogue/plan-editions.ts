import { checkEdition } from './check-edition.ts';
import type { JsonObject } from '#vc/data-model';
import { breakingChanges } from './compatibility.ts';
import { buildContext, lostTerms } from './context.ts';
import {
  editionDigest,
  type EditionIndex,
  type EditionStore,
  editionText,
} from './edition-store.ts';
import type { EditionFile } from './entry.ts';
import { compareVersions, majorOf } from './names.ts';
import type { Source } from './source.ts';

export interface EditionPlan {
  /** the index as it is to be */
  index: EditionIndex;
  /** editions whose bytes are to be written */
  changed: EditionFile[];
  /** the JSON-LD context of all editions */
  context: JsonObject;
  /** sentences; when there is one nothing may be written */
  refusals: string[];
}

/**
 * What publishing the sources comes to. An edition whose source has moved on to a newer version stays as it is.
 * @param context the JSON-LD context that is published
 * @param rewrite lets approved editions and terms change: only for as long as nothing is released
 * @param release semver of this software
 */
export function planEditions({
  sources,
  published,
  context,
  rewrite: isRewrite,
  release,
}: {
  sources: Source[];
  published: EditionStore;
  context: JsonObject;
  rewrite: boolean;
  release: string;
}): EditionPlan {
  const index = structuredClone(published.index);
  const changed: EditionFile[] = [];
  const refusals: string[] = [];
  const isReleased = !release.startsWith('0.');
  if (isRewrite && isReleased) refusals.push('--rewrite ended with release 1.0');
  const rewrite = isRewrite && !isReleased;
  for (const { edition, status } of sources) {
    const { type, version } = edition;
    const name = `${type} ${version}`;
    const sha256 = editionDigest(editionText(edition));
    const before = index[type]?.[version];
    const faults = checkEdition(edition, status).map((fault) => `${name}: ${fault}`);
    if (before !== undefined && before.status !== 'draft') {
      if (before.sha256 !== sha256 && !rewrite) {
        faults.push(
          `${name} is ${before.status} and never changes: raise the version, or before release 1.0 run with --rewrite`,
        );
      }
      if (status === 'draft') faults.push(`${name} is ${before.status}: it is no draft again`);
    }
    faults.push(...breaksOf(edition, published));
    refusals.push(...faults);
    if (before?.sha256 !== sha256) changed.push(edition);
    index[type] = sorted({ ...index[type], [version]: { status, sha256 } });
  }
  const kept = keptEditions(published, changed);
  refusals.push(...kept.faults);
  const next = contextOf([...kept.editions, ...changed], context);
  refusals.push(...next.faults);
  if (!rewrite) {
    refusals.push(
      ...lostTerms(context, next.context).map(
        (term) => `the term ${term} is gone from the context, or has another meaning`,
      ),
    );
  }
  return {
    index: Object.fromEntries(Object.entries(index).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    changed,
    context: next.context,
    refusals,
  };
}

/** What is published and stays, each in the bytes that the index pins. */
function keptEditions(
  { index, read }: EditionStore,
  changed: EditionFile[],
): { editions: EditionFile[]; faults: string[] } {
  const editions: EditionFile[] = [];
  const faults: string[] = [];
  for (const [type, versions] of Object.entries(index)) {
    for (const [version, { sha256 }] of Object.entries(versions)) {
      if (changed.some((one) => one.type === type && one.version === version)) continue;
      const text = read(type, version);
      if (editionDigest(text) === sha256) editions.push(JSON.parse(text) as EditionFile);
      else faults.push(`${type} ${version} is not the one that was published`);
    }
  }
  return { editions, faults };
}

function contextOf(
  editions: EditionFile[],
  published: JsonObject,
): { context: JsonObject; faults: string[] } {
  try {
    return { context: buildContext(editions), faults: [] };
  } catch (error) {
    return { context: published, faults: [error instanceof Error ? error.message : String(error)] };
  }
}

/** An edition is compared with its neighbours of one major version that were approved, older and newer. */
function breaksOf(edition: EditionFile, { index, read }: EditionStore): string[] {
  const { type, version } = edition;
  const others = Object.entries(index[type] ?? {})
    .filter(([, { status }]) => status !== 'draft')
    .map(([one]) => one)
    .filter((one) => majorOf(one) === majorOf(version))
    .toSorted(compareVersions);
  const load = (one: string): EditionFile => JSON.parse(read(type, one)) as EditionFile;
  const older = others.findLast((one) => compareVersions(one, version) < 0);
  const newer = others.find((one) => compareVersions(one, version) > 0);
  return [
    ...(older === undefined ? [] : breaksBetween(load(older), edition)),
    ...(newer === undefined ? [] : breaksBetween(edition, load(newer))),
  ];
}

function breaksBetween(older: EditionFile, newer: EditionFile): string[] {
  return breakingChanges(older, newer).map(
    ({ pointer, sentence }) =>
      `${newer.type} ${newer.version} breaks ${older.version}: ${pointer} ${sentence}`,
  );
}

function sorted(versions: EditionIndex[string]): EditionIndex[string] {
  return Object.fromEntries(Object.entries(versions).toSorted(([a], [b]) => compareVersions(a, b)));
}
