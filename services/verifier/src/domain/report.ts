import { VcError, type VcErrorCode } from '#vc/error';
import { plainWords } from './plain-words.ts';

export type Outcome = 'pass' | 'fail' | 'unknown' | 'not-run';
export type Overall = Exclude<Outcome, 'not-run'>;

export type CheckName =
  | 'size'
  | 'parse'
  | 'data-model'
  | 'context'
  | 'proof'
  | 'issuer-key'
  | 'issuer-accredited'
  | 'validity'
  | 'status'
  | 'schema'
  | 'holder-binding'
  | 'challenge'
  | 'domain'
  | 'duplicate';

/** What one check found. `code` is there unless it passed plainly; with `pass` it is a warning. */
export interface Finding {
  outcome: Exclude<Outcome, 'not-run'>;
  code?: VcErrorCode;
  /** a sentence that a recruiter understands */
  detail?: string;
  /** JSON Pointer (RFC 6901) */
  pointer?: string;
}

export interface Check extends Omit<Finding, 'outcome'> {
  check: CheckName;
  outcome: Outcome;
}

export const PASS: Finding = { outcome: 'pass' };

/** A finding of any outcome with a code; its sentence is the code's own unless one is given. */
export function finding(
  outcome: Finding['outcome'],
  code: VcErrorCode,
  { pointer, detail }: { pointer?: string | undefined; detail?: string | undefined } = {},
): Finding {
  const sentence = detail ?? plainWords(code);
  return { outcome, code, detail: sentence, ...(pointer !== undefined && { pointer }) };
}

/** A check that said no. */
export function failed(code: VcErrorCode, pointer?: string, detail?: string): Finding {
  return finding('fail', code, { pointer, detail });
}

/** A check that could not be made: never a pass. */
export function unknown(code: VcErrorCode, pointer?: string, detail?: string): Finding {
  return finding('unknown', code, { pointer, detail });
}

/** A finding whose pointer is where the form of the document has it. */
export function locatedBy(locate: (pointer: string) => string, found: Finding): Finding {
  return found.pointer === undefined ? found : { ...found, pointer: locate(found.pointer) };
}

/** A VcError of something that was needed for a check; anything else is a fault of the program and stays one. */
export function unknownBecause(error: unknown, pointer?: string): Finding {
  if (!(error instanceof VcError)) throw error;
  return unknown(error.code, pointer);
}

/** A VcError about what was submitted: its own code, and where. */
export function failedBecause(error: unknown): Finding {
  if (!(error instanceof VcError)) throw error;
  return failed(error.code, error.errors[0]?.pointer);
}

export interface Report {
  /** @returns whether the check passed */
  add(check: CheckName, found: Finding): boolean;
  checks(): Check[];
  overall(): Overall;
}

/**
 * Gathers findings. What was not added was not run. Overall pass needs a pass of every required check and no fail
 * or unknown anywhere: nothing that was left out can ever count as good.
 */
export function createReport(names: readonly CheckName[], required: readonly CheckName[]): Report {
  const found = new Map<CheckName, Finding>();
  return {
    add(check, one) {
      // What is wrong nowhere in particular is wrong with the whole (RFC 6901 section 5).
      found.set(check, one.outcome === 'pass' ? one : { ...one, pointer: one.pointer ?? '' });
      return one.outcome === 'pass';
    },
    checks: () =>
      names.map((check) => ({ check, ...(found.get(check) ?? { outcome: 'not-run' as const }) })),
    overall() {
      const complete = required.every((check) => found.get(check)?.outcome === 'pass');
      const outcomes = [...found.values()].map(({ outcome }) => outcome);
      return worst(complete ? outcomes : [...outcomes, 'unknown']);
    },
  };
}

/** Whether a document could be read at all, then whether it is built as its form wants it. @returns whether both passed */
export function addReading(report: Report, found: Finding): boolean {
  const isRead = report.add('parse', found.code === 'PARSING_ERROR' ? found : PASS);
  return isRead && report.add('data-model', found);
}

/** The first fail; else the first unknown; else a pass. */
export function worstOf(findings: readonly Finding[]): Finding {
  return (
    findings.find(({ outcome }) => outcome === 'fail') ??
    findings.find(({ outcome }) => outcome === 'unknown') ??
    PASS
  );
}

/** Any fail is a fail; else any unknown is unknown. */
export function worst(outcomes: readonly Overall[]): Overall {
  if (outcomes.includes('fail')) return 'fail';
  return outcomes.includes('unknown') ? 'unknown' : 'pass';
}
