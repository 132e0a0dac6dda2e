import type { CredentialFormat } from '#vc/credential-form';
import { checkDuplicate } from './checks/duplicate.ts';
import { type Binding, checkHolderBinding } from './checks/holder-binding.ts';
import { checkAccredited, checkKnown } from './checks/issuer-accredited.ts';
import { checkCredentialProof, type CheckedProofs } from './checks/proof.ts';
import { checkCredentialSize } from './checks/size.ts';
import { checkStatus, type EntryResult } from './checks/status.ts';
import { checkValidity } from './checks/validity.ts';
import type { ReadCredential, ShapedCredential, Submitted } from './forms/credential.ts';
import { readCredentialForm } from './forms/read-credential.ts';
import { checkPinnedKeys, explainKeys } from './pinned-keys.ts';
import type { RegistrySource, TrustRecord, VerifierPorts } from './ports.ts';
import {
  type Check,
  type CheckName,
  createReport,
  type Finding,
  locatedBy,
  type Overall,
  type Report,
  unknownBecause,
} from './report.ts';

export interface VerifiedCredential {
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
 * a check that makes later ones meaningless those are not run.
 * @param binding the presentation in which it came; without one nobody's possession is shown
 */
export async function verifyCredential(
  input: Submitted,
  ports: VerifierPorts,
  binding?: Binding,
): Promise<VerifiedCredential> {
  return verifyReadCredential(readCredentialForm(input), ports, binding);
}

/** As `verifyCredential`, of a credential that was already read. */
export async function verifyReadCredential(
  read: ReadCredential,
  ports: VerifierPorts,
  binding?: Binding,
): Promise<VerifiedCredential> {
  const report = createReport(CHECKS, binding === undefined ? ALWAYS : CHECKS);
  const { input, format, found } = read;
  const isBuilt = report.add('size', checkCredentialSize(input)) && report.add('data-model', found);
  const credential = isBuilt ? read.credential : undefined;
  const examined = credential ? await examine(credential, report, ports, binding) : {};
  const { registry, proofs = [], statuses = [] } = examined;
  const now = ports.clock();
  const statusList = describeLists(statuses, now);
  return {
    input,
    credentialId: credential?.id ?? null,
    type: credential?.type ?? null,
    issuer: credential?.issuer ?? null,
    format,
    validUntil: credential?.validUntil,
    overall: report.overall(),
    checks: report.checks(),
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
  binding: Binding | undefined,
): Promise<Examined> {
  const { id, type, issuer, subjectId, locate } = credential;
  const add = (check: CheckName, one: Finding) => report.add(check, locatedBy(locate, one));
  if (binding) add('duplicate', checkDuplicate(id, binding.repeatedIds));
  if (!add('context', credential.checkContext())) return {};

  // Before the proof: the keys of an issuer that no registry knows are nobody's.
  const { found: known, record, source: registry } = await findIssuer(issuer, ports);
  if (record === undefined || known.outcome !== 'pass') {
    if (known.outcome === 'unknown') add('issuer-key', known);
    add('issuer-accredited', known);
    return { registry };
  }

  const now = ports.clock();
  const { resolveVerificationMethod, statusLists, trustRecords } = ports;
  const { found, proofs } = await checkCredentialProof(credential, {
    resolveVerificationMethod,
    now,
  });
  if (!add('proof', found)) {
    const reason = explainKeys(record, proofs);
    const isSure = found.outcome === 'fail' || reason?.code === 'ISSUER_KEY_COMPROMISED';
    if (reason && isSure) add('issuer-key', reason);
    return { registry, proofs };
  }

  const pinned = await checkPinnedKeys({ issuer, proofs, purpose: 'assertion', trustRecords });
  add('issuer-key', pinned.outcome === 'pass' ? pinned : { ...pinned, pointer: '/proof' });
  if (pinned.outcome === 'fail') return { registry, proofs };

  add('issuer-accredited', checkAccredited(record, { type, proofs, now }));
  add('validity', checkValidity(credential, now));
  add('schema', credential.checkSchema());
  const bound = binding && checkHolderBinding(subjectId, binding);
  if (bound) add('holder-binding', bound);
  const status = await checkStatus(credential, { statusLists, trustRecords });
  add('status', status.found);
  return { registry, proofs, statuses: status.entries };
}

async function findIssuer(
  issuer: string,
  { trustRecords }: VerifierPorts,
): Promise<{ found: Finding; record?: TrustRecord; source?: RegistrySource }> {
  try {
    const { record, source } = await trustRecords.find(issuer);
    return { found: checkKnown(record), ...(record && { record }), ...(source && { source }) };
  } catch (error) {
    return { found: unknownBecause(error, '/issuer') };
  }
}

function describeLists(statuses: readonly EntryResult[], now: number) {
  const lists = statuses.flatMap(({ list }) => list ?? []);
  const [oldest] = lists.toSorted((a, b) => a.fetchedAt - b.fetchedAt || a.version - b.version);
  if (oldest === undefined) return undefined;
  const { version, fetchedAt } = oldest;
  return { version, fetchedAt, ageMs: Math.max(0, now - fetchedAt) };
}
