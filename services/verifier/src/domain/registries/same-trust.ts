import type { TrustRecord } from '../ports.ts';

type Records = ReadonlyMap<string, TrustRecord>;

/**
 * Whether two contents of a registry give the same organisations the same trust. Only what a verifier goes by is
 * compared, so that a later release of the registry may add to its records without raising their epoch.
 */
export function isSameTrust(one: Records, other: Records): boolean {
  return (
    one.size === other.size && [...one].every(([did, record]) => isAlike(record, other.get(did)))
  );
}

function isAlike(record: TrustRecord, other: TrustRecord | undefined): boolean {
  return record === other || (other !== undefined && trustOf(record) === trustOf(other));
}

function trustOf({ organisation, keys, accreditations }: TrustRecord): string {
  return JSON.stringify([
    organisation.did,
    organisation.odsCode,
    organisation.status,
    organisation.statusHistory.map(({ status, validFrom }) => [status, validFrom]),
    keys.map((key) => [
      key.thumbprint,
      key.publicKeyMultibase,
      key.verificationMethod,
      key.purpose,
      key.validFrom,
      key.validUntil,
      key.state,
    ]),
    accreditations.map((accreditation) => [
      accreditation.credentialType,
      accreditation.action,
      accreditation.validFrom,
      accreditation.validUntil,
      accreditation.withdrawnAt,
      accreditation.withdrawnForCause,
    ]),
  ]);
}
