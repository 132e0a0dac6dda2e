import type { VcErrorCode } from '#vc/error';
import type { Check, CheckName, Overall } from './report.ts';

/**
 * What users confuse, told apart: genuine and accepted; what its issuer signed, but not accepted here; not what any
 * issuer signed; and what could not be told.
 */
export type Verdict = 'accepted' | 'genuine-not-accepted' | 'not-genuine' | 'undetermined';

export interface Judgement {
  verdict: Verdict;
  /** one sentence for a recruiter: which of the four, and why */
  sentence: string;
}

type Genuineness = 'shown' | 'open' | 'refuted';

// Whether a check is needed to know that a document is what its issuer signed, or that it is accepted here.
const SHOWS: Record<CheckName, 'genuine' | 'accepted'> = {
  size: 'genuine',
  parse: 'genuine',
  'data-model': 'genuine',
  context: 'genuine',
  proof: 'genuine',
  'issuer-key': 'genuine',
  'issuer-accredited': 'accepted',
  validity: 'accepted',
  status: 'accepted',
  schema: 'accepted',
  'holder-binding': 'accepted',
  challenge: 'accepted',
  domain: 'accepted',
  duplicate: 'accepted',
};

// What was not looked at may be anything; and who presents a credential says nothing of whether it is genuine.
const OTHERWISE: Partial<Record<VcErrorCode, Genuineness>> = {
  TOO_COMPLEX: 'open',
  INVALID_DID: 'open',
  KEY_BINDING_MISSING: 'shown',
  HOLDER_MISMATCH: 'shown',
};

/** The verdict on one credential, from its checks. */
export function judgeCredential(overall: Overall, checks: readonly Check[]): Judgement {
  const genuineness = genuinenessOf(checks);
  const failing = checks.filter(({ outcome }) => outcome === 'fail');
  return judge('The credential', { overall, genuineness, failing, checks });
}

/** The verdict on a presentation as a whole: what holds for it and for each of its credentials. */
export function judgePresentation(
  overall: Overall,
  own: readonly Check[],
  credentials: readonly { checks: readonly Check[] }[],
): Judgement {
  const parts = [own, ...credentials.map(({ checks }) => checks)];
  const each = parts.map(genuinenessOf);
  // Before the others those of a part for which the whole is judged so.
  const genuineness = (['refuted', 'open', 'shown'] as const).find((one) => each.includes(one));
  const decisive = parts.filter((_, at) => each[at] === genuineness);
  const checks = [...decisive, ...parts].flat();
  const failing = checks.filter(({ outcome }) => outcome === 'fail');
  const options = { overall, genuineness: genuineness ?? 'open', failing, checks };
  return judge('What was presented', options);
}

interface JudgeOptions {
  overall: Overall;
  genuineness: Genuineness;
  failing: readonly Check[];
  checks: readonly Check[];
}

function judge(
  subject: string,
  { overall, genuineness, failing, checks }: JudgeOptions,
): Judgement {
  const unknown = checks.filter(({ outcome }) => outcome === 'unknown');
  if (overall === 'pass') {
    const warning = checks.find(({ code }) => code !== undefined);
    const but = warning ? `, with a warning: ${reasonOf(warning)}` : '.';
    return { verdict: 'accepted', sentence: `${subject} is genuine and accepted here${but}` };
  }
  if (genuineness === 'refuted') {
    return {
      verdict: 'not-genuine',
      sentence: `${subject} is not genuine: ${why(refuting(failing))}`,
    };
  }
  if (genuineness === 'open') {
    const sentence =
      failing.length > 0
        ? `${subject} is not accepted here, and it is not known whether it is genuine: ${why(failing)}`
        : `It is not known whether ${lowerCased(subject)} is genuine: ${why(unknown)}`;
    return { verdict: 'undetermined', sentence };
  }
  if (failing.length > 0) {
    const sentence = `${subject} is genuine but not accepted here: ${why(failing)}`;
    return { verdict: 'genuine-not-accepted', sentence };
  }
  const sentence = `${subject} is genuine, but it is not known whether it can be accepted: ${why(unknown)}`;
  return { verdict: 'undetermined', sentence };
}

/** Refuted by one failing check is refuted; shown needs every check that is there to show it. */
function genuinenessOf(checks: readonly Check[]): Genuineness {
  const each = checks.filter(({ check }) => SHOWS[check] === 'genuine').map(genuinenessBy);
  if (each.includes('refuted')) return 'refuted';
  return each.includes('open') ? 'open' : 'shown';
}

function genuinenessBy({ outcome, code }: Check): Genuineness {
  if (outcome === 'pass') return 'shown';
  if (outcome !== 'fail') return 'open';
  return (code && OTHERWISE[code]) ?? 'refuted';
}

/** The last of one document's is about the key, which explains why a proof does not hold. */
function refuting(failing: readonly Check[]): Check[] {
  const found = failing.filter((check) => SHOWS[check.check] === 'genuine');
  const key = found.find(({ check }) => check === 'issuer-key');
  return key ? [key] : found;
}

function why([first]: readonly Check[]): string {
  return first ? reasonOf(first) : 'not every check could be made.';
}

/** The first sentence of what was found; what to do stands with the check itself. */
function reasonOf({ detail = 'a check found so.' }: Check): string {
  const [sentence = detail] = detail.split(/(?<=\.) (?=[A-Z])/, 1);
  return lowerCased(sentence);
}

function lowerCased(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
