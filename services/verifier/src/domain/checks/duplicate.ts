import type { JsonValue } from '#vc/data-model';
import { isJsonObject } from '#vc/data-model';
import { failed, type Finding, PASS } from '../report.ts';

/** Ids that several of the presented credentials have. */
export function repeatedIds(credentials: readonly JsonValue[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const credential of credentials) {
    const id = isJsonObject(credential) ? credential['id'] : undefined;
    if (typeof id !== 'string') continue;
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  return repeated;
}

/** A credential presented twice could count twice; which of the two is meant is not for us to say. */
export function checkDuplicate(id: string, repeated: ReadonlySet<string>): Finding {
  return repeated.has(id) ? failed('DUPLICATE_CREDENTIAL', '/id') : PASS;
}
