import { checkRules } from '#vc/vcdm-rules';
import { ruleFinding } from '../checks/data-model.ts';
import { checkCredentialSize } from '../checks/size.ts';
import type { EntryResult } from '../checks/status.ts';
import type { Submitted } from '../forms/credential.ts';
import {
  type CheckName,
  createReport,
  failedBecause,
  type Finding,
  PASS,
  type Report,
} from '../report.ts';
import { type ReadAny, readAnyCredential } from './enveloped.ts';
import { checkKnownContexts } from './known-contexts.ts';
import { checkPeriod } from './period.ts';
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
 * Verifies any credential in JSON-LD or in a JWT that the specifications allow, whoever its issuer is: for public test suites.
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
  const read = readOrFind(input);
  if ('outcome' in read) {
    report.add('data-model', read);
    return {};
  }
  const { document, checkProof } = read;
  const broken = checkRules(document, { kind: 'credential' }) ?? ports.checkResources(document);
  if (!report.add('data-model', ruleFinding(broken))) return {};
  if (!report.add('context', checkKnownContexts(document, ports.isKnownContext))) return {};
  const { found, proofs } = await checkProof(ports);
  if (!report.add('proof', found)) return { proofs };
  report.add('validity', checkPeriod(document, ports.clock()));
  const statuses = await checkEntries(document, ports);
  if (statuses.length > 0) report.add('status', worstOf(statuses));
  return { proofs, statuses };
}

function readOrFind(input: Submitted): ReadAny | Finding {
  try {
    return readAnyCredential(input);
  } catch (error) {
    return failedBecause(error);
  }
}

function worstOf(statuses: readonly EntryResult[]) {
  const found = statuses.map((status) => status.found);
  return (
    found.find(({ outcome }) => outcome === 'fail') ??
    found.find(({ outcome }) => outcome === 'unknown') ??
    PASS
  );
}
