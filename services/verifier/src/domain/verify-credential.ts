import type { JsonObject } from '#vc/data-model';
import { checkCredentialContext } from './checks/context.ts';
import {
  checkCredentialModel,
  readCredential,
  type ShapedCredential,
} from './checks/data-model.ts';
import { checkDuplicate } from './checks/duplicate.ts';
import { type Binding, checkHolderBinding } from './checks/holder-binding.ts';
import { checkAccredited, checkRegistered } from './checks/issuer-accredited.ts';
import { checkCredentialProof, type CheckedProofs } from './checks/proof.ts';
import { checkSchema } from './checks/schema.ts';
import { checkCredentialSize } from './checks/size.ts';
import { checkStatus, type EntryResult } from './checks/status.ts';
import { checkValidity } from './checks/validity.ts';
import { checkCompromised, checkPinnedKeys } from './pinned-keys.ts';
import type { TrustRecord, VerifierPorts } from './ports.ts';
import {
  type Check,
  type CheckName,
  createReport,
  type Finding,
  type Overall,
  type Report,
  unknownBecause,
} from './report.ts';
import { odsCodeOf } from './trust-did.ts';

export interface VerifiedCredential {
  credentialId: string | null;
  type: string | null;
  issuer: string | null;
  overall: Overall;
  checks: Check[];
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
    proofs = [],
    statuses = [],
  } = await examine(document, report, ports, binding);
  const statusList = describeLists(statuses, ports.clock());
  return {
    credentialId: credential?.id ?? null,
    type: credential?.type ?? null,
    issuer: credential?.issuer ?? null,
    overall: report.overall(),
    checks: report.checks(),
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

  // Before the proof: of an issuer that the registry does not know nothing is fetched, not even its keys.
  const { issuer } = credential;
  const odsCode = odsCodeOf(issuer, ports.publicOrigin);
  const known = await findIssuer(odsCode, issuer, ports);
  if (odsCode === undefined || known.found.outcome === 'fail') {
    report.add('issuer-accredited', known.found);
    return { credential };
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
    const compromised = checkCompromised(known.record, proofs);
    if (compromised) report.add('issuer-key', compromised);
    return { credential, proofs };
  }

  const pinned = await checkPinnedKeys({ odsCode, proofs, purpose: 'assertion', trustRecords });
  report.add('issuer-key', pinned.outcome === 'pass' ? pinned : { ...pinned, pointer: '/proof' });
  if (pinned.outcome === 'fail') return { credential, proofs };

  const { type } = credential;
  const accredited = known.record && checkAccredited(known.record, { issuer, type, proofs, now });
  report.add('issuer-accredited', accredited ?? known.found);
  report.add('validity', checkValidity(credential, now));
  report.add('schema', checkSchema(document));
  const bound = binding && checkHolderBinding(credential.subjectId, binding);
  if (bound) report.add('holder-binding', bound);
  const status = await checkStatus({
    credential: document,
    issuer,
    odsCode,
    statusLists,
    trustRecords,
  });
  report.add('status', status.found);
  return { credential, proofs, statuses: status.entries };
}

async function findIssuer(
  odsCode: string | undefined,
  issuer: string,
  { trustRecords }: VerifierPorts,
): Promise<{ found: Finding; record?: TrustRecord | undefined }> {
  try {
    const record = odsCode === undefined ? undefined : await trustRecords.find(odsCode);
    return { found: checkRegistered(record, issuer), record };
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
