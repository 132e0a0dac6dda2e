import type { Accreditation, Organisation, RegisteredKey, TrustRecord } from '#api/trust-registry';
import { toDateTimeStamp } from '#vc/clock';
import { verificationMethodId } from '../domain/did-document.ts';
import type { Namespace } from '../domain/namespace.ts';
import type * as domain from '../domain/organisation.ts';

/** Where the registry's own types become the contract's. */
export function toWireOrganisation(
  organisation: domain.Organisation,
  namespace: Namespace,
): Organisation {
  return { ...organisation, did: namespace.didOf(organisation.odsCode) };
}

export function toWireKey(key: domain.PinnedKey, did: string): RegisteredKey {
  return {
    thumbprint: key.thumbprint,
    publicKeyMultibase: key.publicKeyMultibase,
    verificationMethod: verificationMethodId(did, key.publicKeyMultibase),
    purpose: key.purpose,
    validFrom: toDateTime(key.validFrom),
    validUntil: toDateTimeOrNull(key.validUntil),
    state: key.state,
  };
}

export function toWireAccreditation(accreditation: domain.Accreditation): Accreditation {
  return {
    id: accreditation.id,
    credentialType: accreditation.credentialType,
    action: accreditation.action,
    validFrom: toDateTime(accreditation.validFrom),
    validUntil: toDateTimeOrNull(accreditation.validUntil),
    withdrawnAt: toDateTimeOrNull(accreditation.withdrawnAt),
    withdrawnForCause: accreditation.withdrawnForCause,
  };
}

export function toWireRecord(
  record: domain.OrganisationRecord,
  options: { namespace: Namespace; asOf: number },
): TrustRecord {
  const organisation = toWireOrganisation(record.organisation, options.namespace);
  return {
    organisation,
    keys: record.keys.map((key) => toWireKey(key, organisation.did)),
    accreditations: record.accreditations.map(toWireAccreditation),
    asOf: toDateTime(options.asOf),
  };
}

// Whole seconds without a fraction, as in credentials; a withdrawal's milliseconds are kept.
function toDateTime(milliseconds: number): string {
  if (milliseconds % 1000 === 0) return toDateTimeStamp(milliseconds);
  return new Date(milliseconds).toISOString();
}

function toDateTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : toDateTime(milliseconds);
}
