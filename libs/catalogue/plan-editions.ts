import { checkEdition } from './check-edition.ts';
import { breakingChanges } from './compatibility.ts';
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
  /** sentences; when there is one nothing may be written */
  refusals: string[];
}

/**
 * What publishing the sources comes to. An edition whose source has moved on to a newer version stays as it is.
 * @param rewrite lets approved editions change: only for as long as nothing is released
 */
export function planEditions({
  sources,
  published,
  rewrite,
}: {
  sources: Source[];
  published: EditionStore;
  rewrite: boolean;
}): EditionPlan {
  const index = structuredClone(published.index);
  const changed: EditionFile[] = [];
  const refusals: string[] = [];
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
  return {
    index: Object.fromEntries(Object.entries(index).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    changed,
    refusals,
  };
}

/** A new edition is compared with the newest older one of its major version that was approved. */
function breaksOf(edition: EditionFile, { index, read }: EditionStore): string[] {
  const { type, version } = edition;
  const older = Object.entries(index[type] ?? {})
    .filter(([, { status }]) => status !== 'draft')
    .map(([one]) => one)
    .filter((one) => majorOf(one) === majorOf(version) && compareVersions(one, version) < 0)
    .toSorted(compareVersions)
    .at(-1);
  if (older === undefined) return [];
  return breakingChanges(JSON.parse(read(type, older)) as EditionFile, edition).map(
    ({ pointer, sentence }) => `${type} ${version} breaks ${older}: ${pointer} ${sentence}`,
  );
}

function sorted(versions: EditionIndex[string]): EditionIndex[string] {
  return Object.fromEntries(Object.entries(versions).toSorted(([a], [b]) => compareVersions(a, b)));
}
