import type { JsonObject } from '#vc/data-model';
import { checkCredentialContext } from './checks/context.ts';
import {
  checkCredentialModel,
  readCredential,
  type ShapedCredential,
} from './checks/data-model.ts';
import { checkDuplicate } from './checks/duplicate.ts';
import { type Binding, checkHolderBinding } from './checks/holder-binding.ts';
import { checkAccredited, checkKnown } from './checks/issuer-accredited.ts';
import { checkCredentialProof, type CheckedProofs } from './checks/proof.ts';
import { checkSchema } from './checks/schema.ts';
import { checkCredentialSize } from './checks/size.ts';
import { checkStatus, type EntryResult } from './checks/status.ts';
import { checkValidity } from './checks/validity.ts';
import { checkPinnedKeys, explainKeys } from './pinned-keys.ts';
import type { RegistrySource, TrustRecord, VerifierPorts } from './ports.ts';
import {
  type Check,
  type CheckName,
  createReport,
  type Finding,
  type Overall,
  type Report,
  unknownBecause,
} from './report.ts';

export interface VerifiedCredential {
  credentialId: string | null;
  type: string | null;
  issuer: string | null;
  overall: Overall;
  checks: Check[];
  /** the state of the issuer's registry that was relied on */
  registry?: RegistrySource & { ageMs: number };
  /** of the older of the two lists that were read; milliseconds */
  statusList?: { version: number; fetchedAt: number; ageMs: number };
  /** what VCALM's detailed results are made of */
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
  credential?: ShapedCredential;
  registry?: RegistrySource | undefined;
  proofs?: CheckedProofs['proofs'];
  statuses?: EntryResult[];
}

/**
 * Verifies one credential. Invariant 9: pass only if every required check was made now and passed. After a check
 * that makes later ones meaningless those are not run.
 * @param binding the presentation in which it came; without one nobody's possession is shown
 */
export async function verifyCredential(
  document: JsonObject,
  ports: VerifierPorts,
  binding?: Binding,
): Promise<VerifiedCredential> {
  const report = createReport(CHECKS, binding === undefined ? ALWAYS : CHECKS);
  const {
    credential,
    registry,
    proofs = [],
    statuses = [],
  } = await examine(document, report, ports, binding);
  const now = ports.clock();
  const statusList = describeLists(statuses, now);
  return {
    credentialId: credential?.id ?? null,
    type: credential?.type ?? null,
    issuer: credential?.issuer ?? null,
    overall: report.overall(),
    checks: report.checks(),
    ...(registry && { registry: { ...registry, ageMs: Math.max(0, now - registry.confirmedAt) } }),
    ...(statusList && { statusList }),
    proofs,
    statuses,
  };
}

async function examine(
  document: JsonObject,
  report: Report,
  ports: VerifierPorts,
  binding: Binding | undefined,
): Promise<Examined> {
  if (!report.add('size', checkCredentialSize(document))) return {};
  if (!report.add('data-model', checkCredentialModel(document))) return {};
  const credential = readCredential(document);
  if (binding) report.add('duplicate', checkDuplicate(credential.id, binding.repeatedIds));
  if (!report.add('context', checkCredentialContext(document))) return { credential };

  // Before the proof: the keys of an issuer that no registry knows are nobody's.
  const { issuer } = credential;
  const { found: known, record, source: registry } = await findIssuer(issuer, ports);
  if (record === undefined || known.outcome !== 'pass') {
    if (known.outcome === 'unknown') report.add('issuer-key', known);
    report.add('issuer-accredited', known);
    return { credential, registry };
  }

  const now = ports.clock();
  const { resolveVerificationMethod, statusLists, trustRecords } = ports;
  const { found, proofs } = await checkCredentialProof({
    document,
    signedBy: issuer,
    resolveVerificationMethod,
    now,
  });
  if (!report.add('proof', found)) {
    const reason = explainKeys(record, proofs);
    const isSure = found.outcome === 'fail' || reason?.code === 'ISSUER_KEY_COMPROMISED';
    if (reason && isSure) report.add('issuer-key', reason);
    return { credential, registry, proofs };
  }

  const pinned = await checkPinnedKeys({ issuer, proofs, purpose: 'assertion', trustRecords });
  report.add('issuer-key', pinned.outcome === 'pass' ? pinned : { ...pinned, pointer: '/proof' });
  if (pinned.outcome === 'fail') return { credential, registry, proofs };

  const { type } = credential;
  report.add('issuer-accredited', checkAccredited(record, { type, proofs, now }));
  report.add('validity', checkValidity(credential, now));
  report.add('schema', checkSchema(document));
  const bound = binding && checkHolderBinding(credential.subjectId, binding);
  if (bound) report.add('holder-binding', bound);
  const status = await checkStatus({ credential: document, issuer, statusLists, trustRecords });
  report.add('status', status.found);
  return { credential, registry, proofs, statuses: status.entries };
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
