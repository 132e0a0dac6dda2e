import { inTurn } from '#vc/in-turn';
import { challengeUse, checkChallenge, checkDomain } from './checks/challenge.ts';
import { repeatedIds } from './checks/duplicate.ts';
import type { Binding } from './checks/holder-binding.ts';
import { checkPresentationProof, type CheckedProofs } from './checks/proof.ts';
import { checkPresentationSize, checkPresentedSize } from './checks/size.ts';
import type { ReadCredential, Submitted } from './forms/credential.ts';
import type { ShapedPresentation } from './forms/presentation.ts';
import { readCredentialForm } from './forms/read-credential.ts';
import { readPresentationForm } from './forms/read-presentation.ts';
import type { Asker, VerifierPorts } from './ports.ts';
import {
  addReading,
  type Check,
  type CheckName,
  createReport,
  type Finding,
  locatedBy,
  type Overall,
  PASS,
  type Report,
  worst,
} from './report.ts';
import { type Judgement, judgePresentation } from './verdict.ts';
import { type Past, type VerifiedCredential, verifyReadCredential } from './verify-credential.ts';
import type { Reliance } from './watching/ports.ts';
import { reliancesOf } from './watching/reliances-of.ts';

export interface PresentationOptions {
  asker: Asker;
  /** the one that was given out for this presentation */
  challenge: string | undefined;
  /** whom the presentation must be made for; undefined: anybody, and the check is not run */
  domain: string | undefined;
  /** whether the asker relies on what passes, and is to be told when its status changes */
  watch: boolean;
  /** milliseconds: the past time as of which its credentials are verified; it must itself be fresh */
  at?: number | undefined;
}

export interface VerifiedPresentation extends Judgement {
  overall: Overall;
  /** the DID that signed; null until that is shown */
  holder: string | null;
  /** the DID that it names, whoever signed */
  statedHolder: string | null;
  checks: Check[];
  credentials: VerifiedCredential[];
  proofs: CheckedProofs['proofs'];
}

const CHECKS: readonly CheckName[] = [
  'size',
  'parse',
  'data-model',
  'context',
  'proof',
  'challenge',
  'domain',
];

/**
 * Verifies a presentation of any form and each of its credentials. Overall pass needs all of them to pass. The
 * challenge is used up last, and only for a presentation that its holder signed over it: a forged one burns nobody's.
 * An answer that is unknown leaves it open, so that the holder need not share anew to be asked about again: nothing was
 * accepted, and only the trust for which the presentation was made can send it once more.
 */
export async function verifyPresentation(
  input: Submitted,
  options: PresentationOptions,
  ports: VerifierPorts,
): Promise<VerifiedPresentation> {
  const required = CHECKS.filter((check) => check !== 'domain' || options.domain !== undefined);
  const report = createReport(CHECKS, required);
  const presentation = readInto(report, input);
  if (presentation === undefined) return answer(report, { credentials: [], proofs: [] });

  const { holder } = presentation;
  const { found, proofs } = await checkPresentationProof(presentation, {
    resolveVerificationMethod: ports.resolveVerificationMethod,
    now: ports.clock(),
  });
  const isProven = report.add('proof', locatedBy(presentation.locate, found));
  if (found.code === 'TOO_COMPLEX') return answer(report, { credentials: [], proofs });
  const isMeant = checkAudience(presentation, options, report);
  const { asker, at } = options;
  const past = at === undefined ? undefined : { at, odsCode: asker.odsCode };
  const credentials = await verifyCredentials(presentation, found, { ports, past });
  const reliances = options.watch ? reliedOn(credentials, ports) : [];
  if (isProven && isMeant) {
    const { locate } = presentation;
    await useChallenge(report, { credentials, reliances, locate }, options, ports);
  }
  return answer(report, { credentials, proofs }, holder);
}

/** undefined for one of which nothing more can be said */
function readInto(report: Report, input: Submitted): ShapedPresentation | undefined {
  if (!report.add('size', checkPresentationSize(input))) return undefined;
  const { found, presentation } = readPresentationForm(input);
  if (!addReading(report, found) || presentation === undefined) return undefined;
  const { checkContext, locate } = presentation;
  const presented = presentation.credentials.map(({ credential }) => credential);
  const isReadable =
    report.add('size', locatedBy(locate, checkPresentedSize(presented))) &&
    report.add('context', locatedBy(locate, checkContext()));
  return isReadable ? presentation : undefined;
}

function checkAudience(
  presentation: ShapedPresentation,
  { challenge, domain }: PresentationOptions,
  report: Report,
): boolean {
  const add = (check: CheckName, one: Finding) =>
    report.add(check, locatedBy(presentation.locate, one));
  const over = checkChallenge(presentation, challenge);
  // That it was given out and is open is found by using it up: until then it has not passed.
  const isOver = over.outcome === 'pass' || add('challenge', over);
  return (domain === undefined || add('domain', checkDomain(presentation, domain))) && isOver;
}

// All at once, so that what each has to wait for is waited for together: none of it lets the caller wait 64 times.
async function verifyCredentials(
  { credentials: presented, holder }: ShapedPresentation,
  proof: Finding,
  { ports, past }: { ports: VerifierPorts; past: Past | undefined },
): Promise<VerifiedCredential[]> {
  const read: { credential: ReadCredential; pointer: string }[] = [];
  for (const { credential, pointer } of presented) {
    await inTurn();
    read.push({ credential: readCredentialForm(credential), pointer });
  }
  const binding: Binding = {
    holder,
    proof,
    repeatedIds: repeatedIds(read.map(({ credential }) => credential.id)),
  };
  return Promise.all(
    read.map(async ({ credential, pointer }) =>
      within(pointer, await verifyReadCredential(credential, ports, { binding, past })),
    ),
  );
}

function reliedOn(
  credentials: readonly VerifiedCredential[],
  { clock, watchMs }: VerifierPorts,
): Reliance[] {
  return credentials.flatMap((verified) => reliancesOf({ verified, now: clock(), watchMs }));
}

interface Used extends Pick<ShapedPresentation, 'locate'> {
  credentials: VerifiedCredential[];
  reliances: Reliance[];
}

async function useChallenge(
  report: Report,
  { credentials, reliances, locate }: Used,
  { asker, challenge = '' }: PresentationOptions,
  { challenges, clock }: VerifierPorts,
): Promise<void> {
  report.add('challenge', PASS);
  const use = await challenges.burn({
    challenge,
    asker,
    at: clock(),
    overall: overallOf(report, credentials),
    credentials: credentials.length,
    passed: credentials.filter(({ overall }) => overall === 'pass').length,
    reliances,
  });
  report.add('challenge', locatedBy(locate, challengeUse(use)));
}

function answer(
  report: Report,
  rest: Pick<VerifiedPresentation, 'credentials' | 'proofs'>,
  holder: string | null = null,
): VerifiedPresentation {
  const checks = report.checks();
  const isProven = checks.some(({ check, outcome }) => check === 'proof' && outcome === 'pass');
  const overall = overallOf(report, rest.credentials);
  return {
    overall,
    ...judgePresentation(overall, checks, rest.credentials),
    holder: isProven ? holder : null,
    statedHolder: holder,
    checks,
    ...rest,
  };
}

function overallOf(report: Report, credentials: readonly VerifiedCredential[]): Overall {
  return worst([report.overall(), ...credentials.map(({ overall }) => overall)]);
}

/** Pointers into the presentation instead of into the credential. */
function within(pointer: string, verified: VerifiedCredential): VerifiedCredential {
  const checks = verified.checks.map((check) =>
    check.pointer === undefined ? check : { ...check, pointer: pointer + check.pointer },
  );
  return { ...verified, checks };
}
