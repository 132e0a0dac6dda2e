import { failed, type Finding, PASS } from '../report.ts';

/** The presentation in which a credential came. */
export interface Binding {
  holder: string;
  /** what the proof of the presentation came to: whether the holder is who presents it */
  proof: Finding;
  /** ids of credentials that are presented more than once */
  repeatedIds: ReadonlySet<string>;
}

/** The subject is the holder who signed the presentation. @returns undefined where that cannot be said */
export function checkHolderBinding(
  subjectId: string,
  { holder, proof }: Binding,
): Finding | undefined {
  if (subjectId !== holder) return failed('HOLDER_MISMATCH', '/credentialSubject/id');
  if (proof.code === 'KEY_BINDING_MISSING') return failed('KEY_BINDING_MISSING');
  return proof.outcome === 'pass' ? PASS : undefined;
}
