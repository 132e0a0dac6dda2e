import { verifyProofs } from '#proofs/verify-proofs';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { checkRules } from '#vc/vcdm-rules';
import { checkChallenge, checkDomain } from '../checks/challenge.ts';
import { ruleFinding } from '../checks/data-model.ts';
import { judgeProofs } from '../checks/proof.ts';
import { checkPresentationSize, checkPresentedSize } from '../checks/size.ts';
import { audiencesOf } from '../forms/audiences.ts';
import type { Submitted } from '../forms/credential.ts';
import { presentedBy } from '../forms/json-ld-presentation.ts';
import { keysOf } from '../issuer-keys.ts';
import {
  type CheckName,
  createReport,
  failed,
  type Finding,
  PASS,
  type Report,
  worst,
} from '../report.ts';
import { nameOf } from './assertion.ts';
import { checkKnownContexts } from './known-contexts.ts';
import type { ConformancePorts, JudgedCredential, JudgedPresentation } from './ports.ts';
import { verifyAnyCredential } from './verify-credential.ts';

const CHECKS: readonly CheckName[] = [
  'size',
  'data-model',
  'context',
  'proof',
  'challenge',
  'domain',
];

export interface PresentedFor {
  challenge: string | undefined;
  domain: string | undefined;
}

/**
 * Verifies any presentation in JSON-LD that the specifications allow, and each of its credentials: for public test
 * suites. One that nobody signed is allowed, and a challenge that somebody else gave out is compared, not used up.
 */
export async function verifyAnyPresentation(
  input: Submitted,
  audience: PresentedFor,
  ports: ConformancePorts,
): Promise<JudgedPresentation> {
  const report = createReport(CHECKS, ['size', 'data-model', 'context']);
  const proofs = await examine(input, audience, report, ports);
  const presented = isJsonObject(input)
    ? presentedBy(input)
        .map(({ credential }) => credential)
        .filter(isJsonObject)
    : [];
  const isReadable = proofs !== undefined && report.add('size', checkPresentedSize(presented));
  const verified = isReadable ? presented.map((one) => verifyAnyCredential(one, ports)) : [];
  const credentials = (await Promise.all(verified)).map(within);
  return {
    overall: worst([report.overall(), ...credentials.map(({ overall }) => overall)]),
    checks: report.checks(),
    proofs: proofs ?? [],
    statedHolder: isJsonObject(input) && input['holder'] ? nameOf(input['holder']) : null,
    credentials,
  };
}

/** @returns undefined for one of which nothing more can be said */
async function examine(
  input: Submitted,
  { challenge, domain }: PresentedFor,
  report: Report,
  ports: ConformancePorts,
): Promise<JudgedPresentation['proofs'] | undefined> {
  if (!report.add('size', checkPresentationSize(input))) return undefined;
  if (!isJsonObject(input)) {
    report.add('data-model', failed('MALFORMED_VALUE_ERROR', '', 'It is not JSON-LD.'));
    return undefined;
  }
  const shape = ruleFinding(checkRules(input, { kind: 'presentation' }));
  if (!report.add('data-model', shape)) return undefined;
  if (!report.add('data-model', checkPresentedKinds(input))) return undefined;
  if (!report.add('context', checkKnownContexts(input, ports.isKnownContext))) return undefined;
  const made = { proofs: audiencesOf(input) };
  if (challenge !== undefined) report.add('challenge', checkChallenge(made, challenge));
  if (domain !== undefined) report.add('domain', checkDomain(made, domain));
  return input['proof'] === undefined ? [] : checkProofs(input, report, ports);
}

/** What is no object would be presented, and verified by nobody: the rules of VCDM 1.1 leave texts to the form. */
function checkPresentedKinds(document: JsonObject): Finding {
  const other = presentedBy(document).find(({ credential }) => !isJsonObject(credential));
  if (other === undefined) return PASS;
  return failed('MALFORMED_VALUE_ERROR', other.pointer, 'It is not JSON-LD.');
}

async function checkProofs(
  document: JsonObject,
  report: Report,
  { resolveVerificationMethod, canonicalize, canonicalizeJson, clock }: ConformancePorts,
): Promise<JudgedPresentation['proofs']> {
  const { holder } = document;
  const result = await verifyProofs({
    document,
    purpose: 'authentication',
    resolveVerificationMethod:
      holder === undefined
        ? resolveVerificationMethod
        : keysOf(nameOf(holder), resolveVerificationMethod, 'HOLDER_MISMATCH'),
    now: clock(),
    createdRequired: false,
    canonicalize,
    canonicalizeJson,
  });
  report.add('proof', judgeProofs(result));
  return result.proofs;
}

/** Pointers into the presentation instead of into the credential. */
function within(verified: JudgedCredential, at: number): JudgedCredential {
  const checks = verified.checks.map((check) =>
    check.pointer === undefined
      ? check
      : { ...check, pointer: `/verifiableCredential/${at}${check.pointer}` },
  );
  return { ...verified, checks };
}
