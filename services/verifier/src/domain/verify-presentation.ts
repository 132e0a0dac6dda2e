import type { JsonObject, JsonValue } from '#vc/data-model';
import { challengeUse, checkChallenge, checkDomain } from './checks/challenge.ts';
import { checkPresentationContext } from './checks/context.ts';
import { checkPresentationModel, presentedCredentials } from './checks/data-model.ts';
import { repeatedIds } from './checks/duplicate.ts';
import type { Binding } from './checks/holder-binding.ts';
import { checkPresentationProof, type CheckedProofs } from './checks/proof.ts';
import { checkPresentationSize } from './checks/size.ts';
import type { Asker, VerifierPorts } from './ports.ts';
import {
  type Check,
  type CheckName,
  createReport,
  type Overall,
  PASS,
  type Report,
  worst,
} from './report.ts';
import { type VerifiedCredential, verifyCredential } from './verify-credential.ts';
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
}

export interface VerifiedPresentation {
  overall: Overall;
  /** the DID that signed; null until that is shown */
  holder: string | null;
  checks: Check[];
  credentials: VerifiedCredential[];
  proofs: CheckedProofs['proofs'];
}

const CHECKS: readonly CheckName[] = [
  'size',
  'data-model',
  'context',
  'proof',
  'challenge',
  'domain',
];

/**
 * Verifies a presentation and each of its credentials. Overall pass needs all of them to pass. The challenge is
 * used up last, and only for a presentation that its holder signed over it: a forged one burns nobody's challenge.
 */
export async function verifyPresentation(
  document: JsonObject,
  options: PresentationOptions,
  ports: VerifierPorts,
): Promise<VerifiedPresentation> {
  const required = CHECKS.filter((check) => check !== 'domain' || options.domain !== undefined);
  const report = createReport(CHECKS, required);
  const isReadable =
    report.add('size', checkPresentationSize(document)) &&
    report.add('data-model', checkPresentationModel(document)) &&
    report.add('context', checkPresentationContext(document));
  if (!isReadable) return answer(report, { holder: null, credentials: [], proofs: [] });

  const holder = document['holder'] as string;
  const { found, proofs } = await checkPresentationProof({
    document,
    signedBy: holder,
    resolveVerificationMethod: ports.resolveVerificationMethod,
    now: ports.clock(),
  });
  const isProven = report.add('proof', found);
  if (found.code === 'TOO_COMPLEX')
    return answer(report, { holder: null, credentials: [], proofs });
  const isMeant = checkAudience(document, options, report);
  const credentials = await verifyCredentials(document, { holder, isProven }, ports);
  const reliances = options.watch ? reliedOn(document, credentials, ports) : [];
  if (isProven && isMeant) await useChallenge(report, { credentials, reliances }, options, ports);
  return answer(report, { holder: isProven ? holder : null, credentials, proofs });
}

function checkAudience(
  document: JsonObject,
  { challenge, domain }: PresentationOptions,
  report: Report,
): boolean {
  const isOver = report.add('challenge', checkChallenge(document, challenge));
  return (domain === undefined || report.add('domain', checkDomain(document, domain))) && isOver;
}

// All at once, so that what each has to wait for is waited for together: none of it lets the caller wait 64 times.
function verifyCredentials(
  document: JsonObject,
  { holder, isProven }: Pick<Binding, 'holder' | 'isProven'>,
  ports: VerifierPorts,
): Promise<VerifiedCredential[]> {
  const presented = presentedCredentials(document);
  const repeated = repeatedIds(presented.map(({ credential }) => credential));
  const binding: Binding = { holder, isProven, repeatedIds: repeated };
  return Promise.all(
    presented.map(async ({ credential, pointer }) =>
      within(pointer, await verifyCredential(asObject(credential), ports, binding)),
    ),
  );
}

function reliedOn(
  document: JsonObject,
  credentials: readonly VerifiedCredential[],
  { clock, watchMs }: VerifierPorts,
): Reliance[] {
  const presented = presentedCredentials(document);
  return credentials.flatMap((verified, at) => {
    const credential = asObject(presented[at]?.credential ?? {});
    return reliancesOf({ document: credential, verified, now: clock(), watchMs });
  });
}

async function useChallenge(
  report: Report,
  { credentials, reliances }: { credentials: VerifiedCredential[]; reliances: Reliance[] },
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
  report.add('challenge', challengeUse(use));
}

function answer(
  report: Report,
  rest: Pick<VerifiedPresentation, 'holder' | 'credentials' | 'proofs'>,
): VerifiedPresentation {
  return { overall: overallOf(report, rest.credentials), checks: report.checks(), ...rest };
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

// checkPresentationModel passed only objects.
function asObject(credential: JsonValue): JsonObject {
  return credential as JsonObject;
}
