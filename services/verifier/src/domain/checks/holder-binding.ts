import { failed, type Finding, PASS } from '../report.ts';

/** The presentation in which a credential came. */
export interface Binding {
  holder: string;
  /** whether the presentation's proof shows that the holder presents it */
  isProven: boolean;
  /** ids of credentials that are presented more than once */
  repeatedIds: ReadonlySet<string>;
}

/** The subject is the holder who signed the presentation. @returns undefined where that cannot be said */
export function checkHolderBinding(
  subjectId: string,
  { holder, isProven }: Binding,
): Finding | undefined {
  if (subjectId !== holder) return failed('HOLDER_MISMATCH', '/credentialSubject/id');
  return isProven ? PASS : undefined;
}
