import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { KeyPurpose, SigningKey, SigningKeys, TrustRecord } from './ports.ts';

/**
 * Refuses unless the registry knows the trust by the DID that is to issue, and the trust may issue the type now.
 * An invited trust may: its go-live checklist has a test issue. Such a credential proves nothing to anybody, for ever:
 * verifiers ask what the status was when the proof was created, and `invited` never counts.
 * @param now milliseconds since the epoch
 * @throws VcError ISSUER_NOT_REGISTERED, ISSUER_NOT_ACCREDITED
 */
export function checkEntitlement(
  record: TrustRecord,
  { issuer, type, now }: { issuer: string; type: string; now: number },
): void {
  const { odsCode, status, did } = record.organisation;
  if (did !== issuer) {
    throw new VcError('ISSUER_NOT_REGISTERED', `The registry knows ${odsCode} by another DID`);
  }
  if (status !== 'registered' && status !== 'invited') {
    throw new VcError('ISSUER_NOT_REGISTERED', `The registry lists ${odsCode} as ${status}`);
  }
  const accredited = record.accreditations.some(
    ({ credentialType, action, withdrawnAt, ...period }) =>
      credentialType === type &&
      action === 'issue' &&
      (withdrawnAt === null || !isPast(withdrawnAt, now)) &&
      isWithin(period, now),
  );
  if (!accredited) {
    throw new VcError('ISSUER_NOT_ACCREDITED', `${odsCode} is not accredited to issue ${type} now`);
  }
}

/**
 * The newest of a trust's keys that the registry pins for the purpose, as active and in its period. A new key waits
 * here until the registry has listed it for the lead, so no verifier meets a key that it cannot know yet. Without an
 * older one to go on with (the first key, or after a compromise) the one that is pinned longest signs at once.
 * @throws VcError ISSUER_KEY_NOT_REGISTERED
 */
export async function chooseSigningKey(
  keys: SigningKeys,
  { record, purpose, now }: { record: TrustRecord; purpose: KeyPurpose; now: number },
): Promise<SigningKey> {
  const { odsCode } = record.organisation;
  const pinnedAt = new Map(
    record.keys
      .filter((key) => key.purpose === purpose && key.state === 'active' && isWithin(key, now))
      .map((key) => [key.publicKeyMultibase, parseDateTimeStamp(key.validFrom) ?? now]),
  );
  const choose = (held: SigningKey[]) => firstToSign(held, pinnedAt, now - keys.leadMs);
  // another replica may have made the key since these were read
  const key =
    choose(await keys.list(odsCode, purpose)) ?? choose(await keys.reload(odsCode, purpose));
  if (key === undefined) {
    throw new VcError(
      'ISSUER_KEY_NOT_REGISTERED',
      `The registry lists no active ${purpose} key of ${odsCode} that this service holds: make one with POST /v1/keys and register it`,
    );
  }
  return key;
}

/** @param held newest first */
function firstToSign(
  held: SigningKey[],
  pinnedAt: ReadonlyMap<string, number>,
  settledAt: number,
): SigningKey | undefined {
  const since = ({ publicKeyMultibase }: SigningKey) => pinnedAt.get(publicKeyMultibase) ?? NaN;
  const pinned = held.filter(({ publicKeyMultibase }) => pinnedAt.has(publicKeyMultibase));
  const settled = pinned.find((key) => since(key) <= settledAt);
  return settled ?? pinned.toSorted((a, b) => since(a) - since(b))[0];
}

// An end that cannot be read counts as reached, a beginning that cannot be read as still to come.
function isWithin(period: { validFrom: string; validUntil: string | null }, now: number): boolean {
  const from = parseDateTimeStamp(period.validFrom);
  return (
    from !== undefined &&
    from <= now &&
    (period.validUntil === null || !isPast(period.validUntil, now))
  );
}

function isPast(end: string, now: number): boolean {
  return (parseDateTimeStamp(end) ?? 0) <= now;
}
