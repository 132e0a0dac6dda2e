import { failed, type Finding, PASS } from '../report.ts';

/** Ids that several of the presented credentials have, in whatever forms: those of one family are one credential. */
export function repeatedIds(ids: readonly (string | undefined)[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const id of ids) {
    if (id === undefined) continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return repeated;
}

/** A credential presented twice could count twice; which of the two is meant is not for us to say. */
export function checkDuplicate(id: string, repeated: ReadonlySet<string>): Finding {
  return repeated.has(id) ? failed('DUPLICATE_CREDENTIAL', '/id') : PASS;
}
