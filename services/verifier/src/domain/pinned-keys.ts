import { thumbprintOf } from '#did/verification-key';
import type { ProofResult } from '#proofs/verify-proofs';
import { parseDateTimeStamp } from '#vc/date-time';
import { isWithinPeriod } from './period.ts';
import type { FoundRecord, PinnedKey, TrustRecord, TrustRecords } from './ports.ts';
import { REFETCH_MS } from './registries/registries.ts';
import { failed, type Finding, PASS, unknown, unknownBecause, worstOf } from './report.ts';

export interface PinnedKeysOptions {
  /** DID of the organisation */
  issuer: string;
  /** proofs whose signatures hold */
  proofs: readonly ProofResult[];
  purpose: PinnedKey['purpose'];
  trustRecords: TrustRecords;
}

/** Whether the registry pins the key of every proof for this purpose, at the time of the proof. */
export async function checkPinnedKeys(options: PinnedKeysOptions): Promise<Finding> {
  const { issuer, trustRecords } = options;
  try {
    const found = checkAgainst(await trustRecords.find(issuer), options);
    if (found.outcome === 'pass' || isSettled(found)) return found;
    // The key may have been pinned a moment ago.
    return checkAgainst(await trustRecords.find(issuer, REFETCH_MS), options);
  } catch (error) {
    return unknownBecause(error);
  }
}

function isSettled({ code }: Finding): boolean {
  return code !== 'ISSUER_KEY_NOT_REGISTERED' && code !== 'REGISTRY_UNAVAILABLE';
}

/**
 * Says of a proof that did not hold whether that is because of its key: compromised, so that its owner should be
 * asked to issue anew, or not one that the registry pins. What a domain serves is not looked at: DNS alone is not trust.
 * @returns undefined where it is not so
 */
export function explainKeys(
  { record, isOld }: Pick<FoundRecord, 'isOld'> & { record: TrustRecord },
  proofs: readonly ProofResult[],
): Finding | undefined {
  // of a JWT it is its header that names the key
  const named = proofs.map(({ proof }) => proof['verificationMethod'] ?? proof['kid']);
  if (record.keys.some((key) => isCompromised(key) && named.includes(key.verificationMethod))) {
    return failed('ISSUER_KEY_COMPROMISED', '/proof');
  }
  const pinned = record.keys.map(({ verificationMethod }) => verificationMethod);
  const own = named.filter(
    (name) => typeof name === 'string' && name.startsWith(`${record.organisation.did}#`),
  );
  return own.some((name) => !pinned.includes(name as string))
    ? notPinned(isOld, '/proof')
    : undefined;
}

/** A no of any key comes before one that is not known to be pinned. */
function checkAgainst(
  { record, isOld }: FoundRecord,
  { proofs, purpose }: PinnedKeysOptions,
): Finding {
  const keys = record?.keys ?? [];
  if (proofs.length === 0) return failed('ISSUER_KEY_NOT_REGISTERED');
  const findings = proofs.map((proof) => checkKey(keys, proof, purpose) ?? notPinned(isOld));
  return worstOf(findings);
}

/** Of an old state nobody concludes that a key is not pinned: it may have been since. */
function notPinned(isOld: boolean, pointer?: string): Finding {
  return isOld
    ? unknown('REGISTRY_UNAVAILABLE', pointer)
    : failed('ISSUER_KEY_NOT_REGISTERED', pointer);
}

/** undefined: it is not pinned for this */
function checkKey(
  keys: readonly PinnedKey[],
  proof: ProofResult,
  purpose: PinnedKey['purpose'],
): Finding | undefined {
  const { publicKeyMultibase, verificationMethod } = proof;
  const created = parseDateTimeStamp(proof.created);
  if (publicKeyMultibase === undefined || created === undefined) {
    return failed('ISSUER_KEY_NOT_REGISTERED');
  }
  const print = thumbprintOf(publicKeyMultibase);
  const pins = keys.filter((key) => key.thumbprint === print);
  // A date inside a signature proves nothing once the key is stolen.
  if (pins.some(isCompromised)) return failed('ISSUER_KEY_COMPROMISED');
  const named = pins.filter(
    (key) => key.purpose === purpose && key.verificationMethod === verificationMethod,
  );
  if (named.length === 0) return undefined;
  return named.some((key) => isWithinPeriod(created, key.validFrom, key.validUntil))
    ? PASS
    : failed('ISSUER_KEY_OUT_OF_PERIOD');
}

function isCompromised({ state }: PinnedKey): boolean {
  return state === 'compromised';
}
