import type { CheckName, Outcome, VERDICTS } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import type { VcErrorCode } from '#vc/error';

/** One finding with a code: what the answer of a verification says of an exhibit. */
export interface Expected {
  /** of the presentation itself, or of the first credential in it */
  scope: 'credential' | 'presentation';
  check: CheckName;
  outcome: Exclude<Outcome, 'not-run'>;
  code: VcErrorCode;
}

/** A body of `POST /v1/verifications`. */
export interface ExhibitRequest {
  verifiableCredential?: JsonObject | string;
  verifiablePresentation?: JsonObject | string;
  options?: { challenge: string; domain: string };
  /** RFC 3339 */
  at?: string;
}

/** One document that is wrong in one way, or, with no code, right. */
export interface Exhibit {
  /** the code; in another form than the default `<code>.<form>`. Also the name of its file, with `.json` */
  name: string;
  /** null: nothing is wrong */
  code: VcErrorCode | null;
  /** of the credential, or of the presentation */
  form: string;
  /** one sentence: the one change that was made, or what happened to it */
  what: string;
  /** the exhibit that it was made from, which is right */
  original: string | null;
  overall: 'pass' | 'fail' | 'unknown';
  /** every finding with a code, the one that it stands for first */
  expected: Expected[];
  request: ExhibitRequest;
}

export type Verdict = (typeof VERDICTS)[number];

/** What of a code cannot be put into a document. */
export interface Elsewhere {
  code: VcErrorCode;
  /** what has to happen, and how to see it */
  howToSee: string;
}

/** `index.json` of a zoo; each entry's body is the file beside it. */
export interface ZooIndex {
  madeAt: string;
  /** whose token the requests are for: challenges are given to one trust */
  asker: { odsCode: string; clientId: string };
  note: string;
  exhibits: (Omit<Exhibit, 'request'> & { file: string; verdict: Verdict })[];
  elsewhere: readonly Elsewhere[];
}

/** A finding that fails. */
export function fails(
  check: CheckName,
  code: VcErrorCode,
  scope: Expected['scope'] = 'credential',
): Expected {
  return { scope, check, outcome: 'fail', code };
}
