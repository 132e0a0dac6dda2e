import { publicKeyObject } from '#did/keys';
import type { ResolveVerificationMethod } from '#did/resolver';
import { verifyProofs, type ProofResult } from '#proofs/verify-proofs';
import { asArray, isJsonObject, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Clock } from '#vc/clock';
import { verificationMethodId } from './did-document.ts';
import { type Checklist, loadChecklist } from './checklist.ts';
import type { Namespace } from './namespace.ts';
import type { Accreditation, PinnedKey } from './organisation.ts';
import { covers, standingPeriod } from './period.ts';
import type { Outcome, RegistryChanges } from './ports.ts';

const MAX_AGE_MS = 24 * 3_600_000;

/**
 * Looks at a credential that an invited organisation made as a test: signed just now, in its own name, with a key that
 * is pinned, of a type that it is to issue. It stays a test: an organisation that is invited counts for nothing.
 * @throws VcError NOT_FOUND, CONFLICT when it is not invited, ISSUER_MISMATCH, ISSUER_NOT_ACCREDITED,
 *   PROOF_CREATED_INVALID, ISSUER_KEY_NOT_REGISTERED, ISSUER_KEY_COMPROMISED, ISSUER_KEY_OUT_OF_PERIOD, and what
 *   verifyProofs finds
 */
export async function acceptTestIssue(
  changes: RegistryChanges,
  { odsCode, credential }: { odsCode: string; credential: JsonObject },
  { namespace, clock }: { namespace: Namespace; clock: Clock },
): Promise<Outcome<Checklist>> {
  const now = clock();
  const organisation = await changes.findOrganisation(odsCode);
  if (organisation === undefined) throw new VcError('NOT_FOUND', 'There is no such organisation');
  if (organisation.status !== 'invited') {
    throw new VcError('CONFLICT', `The organisation is ${organisation.status}, not invited`);
  }
  const did = namespace.didOf(odsCode);
  checkIssuer(credential, did);
  const accreditations = await changes.listAccreditations(odsCode);
  checkAccredited(credential, accreditations, now);
  const keys = (await changes.listKeys(odsCode)).filter(({ purpose }) => purpose === 'assertion');
  const { verified, proofs, problems } = await verifyProofs({
    document: credential,
    purpose: 'assertionMethod',
    resolveVerificationMethod: resolvePinned(did, keys),
    now,
  });
  const [problem] = problems;
  if (problem !== undefined) throw refused(problem.code, problem.detail, problem.pointer);
  if (!verified) throw refused('PROOF_VERIFICATION_ERROR', 'The proofs could not be verified');
  const used = proofs.map((proof, index) => checkMade(proof, index, keys, now));
  const thumbprint = used[0]?.thumbprint ?? null;
  await changes.saveCheckedItem(odsCode, {
    item: 'test-issue',
    doneAt: now,
    reference: thumbprint,
  });
  return {
    result: await loadChecklist({ changes, now }, odsCode),
    events: [
      {
        action: 'test-issue.accepted',
        subject: { organisation: odsCode, ...(thumbprint !== null && { thumbprint }) },
      },
    ],
  };
}

function checkIssuer({ issuer }: JsonObject, did: string): void {
  const id = isJsonObject(issuer) ? issuer['id'] : issuer;
  if (id !== did) throw refused('ISSUER_MISMATCH', `The issuer is not ${did}`, '/issuer');
}

function checkAccredited(
  { type }: JsonObject,
  accreditations: readonly Accreditation[],
  now: number,
): void {
  const types = new Set(asArray(type));
  const found = accreditations.some(
    (each) =>
      each.action === 'issue' &&
      !each.withdrawnForCause &&
      types.has(each.credentialType) &&
      covers(standingPeriod(each), now),
  );
  if (found) return;
  throw refused(
    'ISSUER_NOT_ACCREDITED',
    'The organisation is not accredited to issue this type now',
    '/type',
  );
}

/** The registry asks nobody else: the keys that it has pinned are the organisation's. */
function resolvePinned(did: string, keys: readonly PinnedKey[]): ResolveVerificationMethod {
  return async (didUrl) => {
    const key = keys.find(
      ({ publicKeyMultibase }) => verificationMethodId(did, publicKeyMultibase) === didUrl,
    );
    if (key === undefined) {
      throw new VcError('ISSUER_KEY_NOT_REGISTERED', 'The key is not pinned for assertion');
    }
    if (key.state === 'compromised') {
      throw new VcError('ISSUER_KEY_COMPROMISED', 'The key is compromised');
    }
    const { publicKeyMultibase } = key;
    const publicKey = publicKeyObject(publicKeyMultibase);
    return { id: didUrl, controller: did, publicKeyMultibase, publicKey };
  };
}

/** When it was made, and that the key could make it then. */
function checkMade(
  { created, publicKeyMultibase }: ProofResult,
  index: number,
  keys: readonly PinnedKey[],
  now: number,
): PinnedKey {
  const pointer = `/proof/${index}/created`;
  const made = created === undefined ? undefined : parseDateTimeStamp(created);
  if (made === undefined || made < now - MAX_AGE_MS) {
    throw refused('PROOF_CREATED_INVALID', 'The test is older than a day', pointer);
  }
  const key = keys.find((each) => each.publicKeyMultibase === publicKeyMultibase);
  if (key !== undefined && key.state === 'active' && covers(key, made)) return key;
  throw refused('ISSUER_KEY_OUT_OF_PERIOD', 'The key was not in use then', pointer);
}

function refused(code: VcError['code'], detail: string, pointer = ''): VcError {
  const place = `/verifiableCredential${pointer}`;
  return new VcError(code, detail, { errors: [{ pointer: place, detail }] });
}
