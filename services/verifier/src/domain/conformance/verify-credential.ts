import { verifyProofs } from '#proofs/verify-proofs';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { checkRules } from '#vc/vcdm-rules';
import { ruleFinding } from '../checks/data-model.ts';
import { judgeProofs } from '../checks/proof.ts';
import { checkCredentialSize } from '../checks/size.ts';
import type { EntryResult } from '../checks/status.ts';
import { checkValidity } from '../checks/validity.ts';
import type { Submitted } from '../forms/credential.ts';
import { VCDM_2_0, vcdmOf } from '../forms/vcdm.ts';
import { keysOf } from '../issuer-keys.ts';
import { type CheckName, createReport, failed, PASS, type Report } from '../report.ts';
import { checkKnownContexts } from './known-contexts.ts';
import { checkEntries } from './status.ts';
import type { ConformancePorts, JudgedCredential } from './ports.ts';

/** Those that the profile skips are named too, and answered as not run. */
const CHECKS: readonly CheckName[] = [
  'size',
  'data-model',
  'context',
  'proof',
  'issuer-key',
  'issuer-accredited',
  'validity',
  'status',
  'schema',
  'duplicate',
  'holder-binding',
];
const REQUIRED: readonly CheckName[] = ['size', 'data-model', 'context', 'proof', 'validity'];

/**
 * Verifies any credential in JSON-LD that the specifications allow, whoever its issuer is: for public test suites.
 * What only a registry or a catalogue could tell is not run.
 */
export async function verifyAnyCredential(
  input: Submitted,
  ports: ConformancePorts,
): Promise<JudgedCredential> {
  const report = createReport(CHECKS, REQUIRED);
  const examined = await examine(input, report, ports);
  return {
    input,
    proofs: [],
    statuses: [],
    ...examined,
    checks: report.checks(),
    overall: report.overall(),
  };
}

async function examine(
  input: Submitted,
  report: Report,
  ports: ConformancePorts,
): Promise<Partial<Pick<JudgedCredential, 'proofs' | 'statuses'>>> {
  if (!report.add('size', checkCredentialSize(input))) return {};
  if (!isJsonObject(input)) {
    report.add('data-model', failed('MALFORMED_VALUE_ERROR', '', 'It is not JSON-LD.'));
    return {};
  }
  if (!report.add('data-model', ruleFinding(checkRules(input, { kind: 'credential' })))) return {};
  if (!report.add('context', checkKnownContexts(input, ports.isKnownContext))) return {};
  const { resolveVerificationMethod, canonicalize, clock } = ports;
  const result = await verifyProofs({
    document: input,
    purpose: 'assertionMethod',
    resolveVerificationMethod: keysOf(nameOf(input['issuer']), resolveVerificationMethod),
    now: clock(),
    createdRequired: false,
    canonicalize,
  });
  const { proofs } = result;
  if (!report.add('proof', judgeProofs(result))) return { proofs };
  report.add('validity', checkPeriod(input, clock()));
  const statuses = await checkEntries(input, ports.statusLists);
  if (statuses.length > 0) report.add('status', worstOf(statuses));
  return { proofs, statuses };
}

/** The URL that names an issuer or a holder, which the rules found to be there. */
export function nameOf(value: unknown): string {
  const id = isJsonObject(value) ? value['id'] : value;
  return typeof id === 'string' ? id : '';
}

/** VCDM 2.0 §4.9 leaves both ends out where they are not told. */
function checkPeriod(document: JsonObject, now: number) {
  const { validFrom, validUntil } = vcdmOf(document) ?? VCDM_2_0;
  const period = {
    validFrom: parseDateTimeStamp(document[validFrom]) ?? -Infinity,
    validUntil: parseDateTimeStamp(document[validUntil]),
  };
  return checkValidity(period, now);
}

function worstOf(statuses: readonly EntryResult[]) {
  const found = statuses.map((status) => status.found);
  return (
    found.find(({ outcome }) => outcome === 'fail') ??
    found.find(({ outcome }) => outcome === 'unknown') ??
    PASS
  );
}
