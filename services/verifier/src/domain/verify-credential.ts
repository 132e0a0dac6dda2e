import type { CredentialFormat } from '#vc/credential-form';
import { checkDuplicate } from './checks/duplicate.ts';
import { type Binding, checkHolderBinding } from './checks/holder-binding.ts';
import { checkAccredited, checkKnown } from './checks/issuer-accredited.ts';
import { checkCredentialProof, type CheckedProofs } from './checks/proof.ts';
import { checkCredentialSize } from './checks/size.ts';
import { checkStatus, type CheckedStatus, type EntryResult } from './checks/status.ts';
import { statusThen } from './checks/status-then.ts';
import { checkValidity, checkValidityThen } from './checks/validity.ts';
import type { ReadCredential, ShapedCredential, Submitted } from './forms/credential.ts';
import { readCredentialForm } from './forms/read-credential.ts';
import { checkPinnedKeys, explainKeys } from './pinned-keys.ts';
import type { FoundRecord, RegistrySource, TrustRecord, VerifierPorts } from './ports.ts';
import {
  addReading,
  type Check,
  type CheckName,
  createReport,
  type Finding,
  locatedBy,
  type Overall,
  type Report,
  unknownBecause,
} from './report.ts';
import { type Judgement, judgeCredential } from './verdict.ts';

/** The past time as of which is asked, and by whom: what its own watching knows may answer. */
export interface Past {
  /** milliseconds */
  at: number;
  odsCode: string;
}

export interface Circumstances {
  /** the presentation in which it came; without one nobody's possession is shown */
  binding?: Binding | undefined;
  past?: Past | undefined;
}

export interface VerifiedCredential extends Judgement {
  input: Submitted;
  credentialId: string | null;
  type: string | null;
  issuer: string | null;
  /** null: none that is known here */
  format: CredentialFormat | null;
  /** milliseconds; undefined: it has no end, or it is not known */
  validUntil: number | undefined;
  overall: Overall;
  checks: Check[];
  /** the state of the issuer's registry that was relied on */
  registry?: RegistrySource & { ageMs: number };
  /** of the older of the two lists that were read; milliseconds */
  statusList?: { version: number; fetchedAt: number; ageMs: number };
  /** what VCALM's detailed results are made of */
  stated?: ShapedCredential['stated'];
  proofs: CheckedProofs['proofs'];
  statuses: EntryResult[];
}

const CHECKS: readonly CheckName[] = [
  'size',
  'parse',
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
const ONLY_WHEN_PRESENTED: readonly CheckName[] = ['duplicate', 'holder-binding'];
const ALWAYS = CHECKS.filter((check) => !ONLY_WHEN_PRESENTED.includes(check));

interface Examined {
  registry?: RegistrySource | undefined;
  proofs?: CheckedProofs['proofs'];
  statuses?: EntryResult[];
}

/**
 * Verifies one credential of any form. Invariant 9: pass only if every required check was made now and passed. After
 * a check that makes later ones meaningless those are not run. */
export async function verifyCredential(
  input: Submitted,
  ports: VerifierPorts,
  circumstances: Circumstances = {},
): Promise<VerifiedCredential> {
  return verifyReadCredential(readCredentialForm(input), ports, circumstances);
}

/** As `verifyCredential`, of a credential that was already read. */
export async function verifyReadCredential(
  read: ReadCredential,
  ports: VerifierPorts,
  circumstances: Circumstances,
): Promise<VerifiedCredential> {
  const { binding } = circumstances;
  const report = createReport(CHECKS, binding === undefined ? ALWAYS : CHECKS);
  const { input, format, found } = read;
  const isBuilt = report.add('size', checkCredentialSize(input)) && addReading(report, found);
  const credential = isBuilt ? read.credential : undefined;
  const examined = credential ? await examine(credential, report, ports, circumstances) : {};
  const { registry, proofs = [], statuses = [] } = examined;
  const now = ports.clock();
  const statusList = describeLists(statuses, now);
  const overall = report.overall();
  const checks = report.checks();
  return {
    input,
    credentialId: credential?.id ?? null,
    type: credential?.type ?? null,
    issuer: credential?.issuer ?? null,
    format,
    validUntil: credential?.validUntil,
    overall,
    checks,
    ...judgeCredential(overall, checks),
    ...(registry && { registry: { ...registry, ageMs: Math.max(0, now - registry.confirmedAt) } }),
    ...(statusList && { statusList }),
    ...(credential && { stated: credential.stated }),
    proofs,
    statuses,
  };
}

async function examine(
  credential: ShapedCredential,
  report: Report,
  ports: VerifierPorts,
  { binding, past }: Circumstances,
): Promise<Examined> {
  const { id, type, issuer, subjectId, locate } = credential;
  const at = past?.at;
  const add = (check: CheckName, one: Finding) => report.add(check, locatedBy(locate, one));
  if (binding) add('duplicate', checkDuplicate(id, binding.repeatedIds));
  if (!add('context', credential.checkContext())) return {};

  // Before the proof: the keys of an issuer that no registry knows are nobody's.
  const { found: known, record, isOld, source: registry } = await findIssuer(issuer, ports, at);
  if (known.outcome !== 'pass') add('issuer-accredited', known);
  if (known.outcome === 'unknown') add('issuer-key', known);
  if (record === undefined || known.outcome === 'unknown') return { registry };

  const now = ports.clock();
  const { found, proofs } = await proofsAsOf(credential, ports, { now, at });
  if (!add('proof', found)) {
    const reason = explainKeys({ record, isOld }, proofs);
    const isSure =
      found.outcome === 'fail' ||
      reason?.outcome === 'unknown' ||
      reason?.code === 'ISSUER_KEY_COMPROMISED';
    if (reason && isSure) add('issuer-key', reason);
    return { registry, proofs };
  }

  const { trustRecords } = ports;
  const pinned = await checkPinnedKeys({ issuer, proofs, purpose: 'assertion', trustRecords });
  add('issuer-key', pinned.outcome === 'pass' ? pinned : { ...pinned, pointer: '/proof' });
  if (pinned.outcome === 'fail') return { registry, proofs };

  add('issuer-accredited', checkAccredited(record, { type, proofs, now, at, isOld }));
  const isThen = at !== undefined;
  const validity = isThen
    ? checkValidityThen(credential, proofs, at)
    : checkValidity(credential, now);
  add('validity', validity);
  add('schema', credential.checkSchema());
  const bound = binding && checkHolderBinding(subjectId, binding);
  if (bound) add('holder-binding', bound);
  const status = await statusAsOf(credential, ports, past);
  add('status', status.found);
  return { registry, proofs, statuses: status.entries };
}

interface FoundIssuer {
  found: Finding;
  record?: TrustRecord;
  source?: RegistrySource;
  isOld: boolean;
}

async function findIssuer(
  issuer: string,
  { trustRecords }: VerifierPorts,
  at: number | undefined,
): Promise<FoundIssuer> {
  try {
    const { record, source, isOld }: FoundRecord = await trustRecords.find(issuer);
    const found = checkKnown(record, { at, isOld });
    return { found, isOld, ...(record && { record }), ...(source && { source }) };
  } catch (error) {
    return { found: unknownBecause(error, '/issuer'), isOld: true };
  }
}

/** What was signed after a past time is genuine all the same: that it was not there yet is said of its validity. */
async function proofsAsOf(
  credential: ShapedCredential,
  { resolveVerificationMethod }: VerifierPorts,
  { now, at }: { now: number; at: number | undefined },
): Promise<CheckedProofs> {
  const checked = await checkCredentialProof(credential, {
    resolveVerificationMethod,
    now: at ?? now,
  });
  if (at === undefined || checked.found.code !== 'PROOF_CREATED_INVALID') return checked;
  return checkCredentialProof(credential, { resolveVerificationMethod, now });
}

async function statusAsOf(
  credential: ShapedCredential,
  { statusLists, trustRecords, reliances }: VerifierPorts,
  past: Past | undefined,
): Promise<CheckedStatus> {
  const checked = await checkStatus(credential, { statusLists, trustRecords });
  if (past === undefined) return checked;
  const { id: credentialId, issuer } = credential;
  const recalled = await reliances.recall(past.odsCode, { issuer, credentialId });
  return { ...checked, found: statusThen(checked, recalled, past.at) };
}

function describeLists(statuses: readonly EntryResult[], now: number) {
  const lists = statuses.flatMap(({ list }) => list ?? []);
  const [oldest] = lists.toSorted((a, b) => a.fetchedAt - b.fetchedAt || a.version - b.version);
  if (oldest === undefined) return undefined;
  const { version, fetchedAt } = oldest;
  return { version, fetchedAt, ageMs: Math.max(0, now - fetchedAt) };
}
