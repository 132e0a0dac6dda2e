import type { JsonObject, JsonValue } from '#vc/data-model';
import { breakingSchemaChanges } from './compatible-schema.ts';
import { claimTerms } from './context.ts';
import type { EditionFile } from './entry.ts';

/** What a newer edition does to those who send or read claims of an older one of the same major version. */
export interface BreakingChange {
  kind: BreakingKind;
  /** where in the edition: a JSON Pointer */
  pointer: string;
  sentence: string;
}

export type BreakingKind =
  | 'type-renamed'
  | 'field-removed'
  | 'member-removed'
  | 'made-required'
  | 'made-optional'
  | 'required-field-added'
  | 'type-changed'
  | 'value-removed'
  | 'format-changed'
  | 'bound-tightened'
  | 'bound-removed'
  | 'const-changed'
  | 'opened'
  | 'rule-changed'
  | 'meaning-changed'
  | 'disclosure-changed'
  | 'sensitivity-changed'
  | 'provenance-changed'
  | 'issuer-role-added'
  | 'issuer-role-removed';

/**
 * Everything that may not happen between two versions of one type with the same major number. HR systems that send
 * what was good must go on (nothing is tightened), receivers that read it must too (nothing they count on goes), and a
 * holder loses no choice. What the comparison does not understand it refuses.
 */
export function breakingChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  return [
    ...typeChanges(older, newer),
    ...breakingSchemaChanges(older.schema, newer.schema, '/schema'),
    ...meaningChanges(claimTerms(older.schema), claimTerms(newer.schema), '/schema'),
    ...disclosureChanges(older, newer),
    ...sensitivityChanges(older, newer),
    ...provenanceChanges(older, newer),
    ...roleChanges(older, newer),
  ];
}

function typeChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  if (older.type === newer.type) return [];
  const sentence = `was ${older.type}, which is also in its IRI and its vct`;
  return [{ kind: 'type-renamed', pointer: '/type', sentence }];
}

/** The same claim name must stand for the same IRI and datatype: JSON-LD signs those. */
function meaningChanges(older: JsonObject, newer: JsonObject, pointer: string): BreakingChange[] {
  return Object.entries(older).flatMap(([name, before]): BreakingChange[] => {
    const after = newer[name];
    if (after === undefined) return [];
    const at = `${pointer}/properties/${name}`;
    const [was, is] = [split(before), split(after)];
    if (JSON.stringify(was.own) !== JSON.stringify(is.own)) {
      const sentence = 'has another IRI or datatype in the JSON-LD context';
      return [{ kind: 'meaning-changed', pointer: at, sentence }];
    }
    return meaningChanges(was.inner, is.inner, at);
  });
}

function split(term: JsonValue): { own: JsonValue; inner: JsonObject } {
  if (typeof term !== 'object' || term === null || Array.isArray(term)) {
    return { own: term, inner: {} };
  }
  const { '@context': inner = {}, ...own } = term;
  return { own, inner: inner as JsonObject };
}

/** SD-JWT VC type metadata speaks for a whole major version, so what a holder can withhold stays as it is in both ways. */
function disclosureChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  const kept = Object.keys((older.schema['properties'] ?? {}) as JsonObject);
  return kept.flatMap((name): BreakingChange[] => {
    const [was, is] = [older.alwaysDisclosed.includes(name), newer.alwaysDisclosed.includes(name)];
    if (was === is) return [];
    const sentence = is
      ? `${name} could be withheld by the holder and no longer can`
      : `${name} was always disclosed and no longer is`;
    return [{ kind: 'disclosure-changed', pointer: '/alwaysDisclosed', sentence }];
  });
}

function sensitivityChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  return Object.entries(older.sensitivity).flatMap(([name, was]): BreakingChange[] => {
    if (newer.sensitivity[name] === was) return [];
    const sentence = `${name} was marked ${was}: what is kept from view by that mark would be shown`;
    return [{ kind: 'sensitivity-changed', pointer: `/sensitivity/${name}`, sentence }];
  });
}

/** What receivers decide by; the other members of the block are words and names. */
function provenanceChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  const decisive = ['verificationMethod', 'pedigree'] as const;
  return decisive.flatMap((name): BreakingChange[] => {
    const was = older.trustFramework[name];
    if (newer.trustFramework[name] === was) return [];
    const pointer = `/trustFramework/${name}`;
    return [{ kind: 'provenance-changed', pointer, sentence: `was ${JSON.stringify(was)}` }];
  });
}

function roleChanges(older: EditionFile, newer: EditionFile): BreakingChange[] {
  const pointer = '/mayIssue';
  const added = newer.mayIssue.filter((role) => !older.mayIssue.includes(role));
  const removed = older.mayIssue.filter((role) => !newer.mayIssue.includes(role));
  return [
    ...added.map((role): BreakingChange => {
      const sentence = `${role} may issue, which receivers did not accept before`;
      return { kind: 'issuer-role-added', pointer, sentence };
    }),
    ...removed.map((role): BreakingChange => {
      const sentence = `${role} may no longer issue, and does`;
      return { kind: 'issuer-role-removed', pointer, sentence };
    }),
  ];
}
