import { thumbprint } from '#did/keys';
import type { ProofResult } from '#proofs/verify-proofs';
import { parseDateTimeStamp } from '#vc/date-time';
import { isWithinPeriod } from './period.ts';
import type { PinnedKey, TrustRecord, TrustRecords } from './ports.ts';
import { failed, type Finding, PASS, unknownBecause } from './report.ts';
import { REFETCH_MS } from './trust-records.ts';

export interface PinnedKeysOptions {
  odsCode: string;
  /** proofs whose signatures hold */
  proofs: readonly ProofResult[];
  purpose: PinnedKey['purpose'];
  trustRecords: TrustRecords;
}

/**
 * Whether the registry pins the key of every proof for this purpose, at the time of the proof. DNS alone is not
 * trusted: a key that a domain serves and the registry does not pin is refused.
 */
export async function checkPinnedKeys(options: PinnedKeysOptions): Promise<Finding> {
  const { odsCode, trustRecords } = options;
  try {
    const found = checkAgainst(await trustRecords.find(odsCode), options);
    if (found.code !== 'ISSUER_KEY_NOT_REGISTERED') return found;
    // The key may have been pinned a moment ago.
    return checkAgainst(await trustRecords.find(odsCode, REFETCH_MS), options);
  } catch (error) {
    return unknownBecause(error);
  }
}

/**
 * Says of a proof whose key could not be had whether that is because it is compromised: the registry no longer
 * publishes such a key, and its owner should be asked to issue anew.
 * @returns undefined where it is not so
 */
export function checkCompromised(
  record: TrustRecord | undefined,
  proofs: readonly ProofResult[],
): Finding | undefined {
  const named = proofs.map(({ proof }) => proof['verificationMethod']);
  const keys = record?.keys ?? [];
  return keys.some((key) => key.state === 'compromised' && named.includes(key.verificationMethod))
    ? failed('ISSUER_KEY_COMPROMISED', '/proof')
    : undefined;
}

function checkAgainst(
  record: TrustRecord | undefined,
  { proofs, purpose }: PinnedKeysOptions,
): Finding {
  const keys = record?.keys ?? [];
  const findings = proofs.map((proof) => checkKey(keys, proof, purpose));
  return (
    findings.find(({ outcome }) => outcome !== 'pass') ??
    (findings.length > 0 ? PASS : failed('ISSUER_KEY_NOT_REGISTERED'))
  );
}

function checkKey(
  keys: readonly PinnedKey[],
  proof: ProofResult,
  purpose: PinnedKey['purpose'],
): Finding {
  const { publicKeyMultibase, verificationMethod } = proof;
  const created = parseDateTimeStamp(proof.created);
  if (publicKeyMultibase === undefined || created === undefined) {
    return failed('ISSUER_KEY_NOT_REGISTERED');
  }
  const print = thumbprint(publicKeyMultibase);
  const pins = keys.filter((key) => key.thumbprint === print);
  // A date inside a signature proves nothing once the key is stolen.
  if (pins.some(({ state }) => state === 'compromised')) return failed('ISSUER_KEY_COMPROMISED');
  const named = pins.filter(
    (key) => key.purpose === purpose && key.verificationMethod === verificationMethod,
  );
  if (named.length === 0) return failed('ISSUER_KEY_NOT_REGISTERED');
  return named.some((key) => isWithinPeriod(created, key.validFrom, key.validUntil))
    ? PASS
    : failed('ISSUER_KEY_OUT_OF_PERIOD');
}
