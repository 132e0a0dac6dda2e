import type {
  Accreditation,
  LeadEmployment,
  Organisation,
  RegisteredKey,
  RegistryRecord,
} from '#api/trust-registry';
import { toDateTimeStamp } from '#vc/clock';
import { verificationMethodId } from '../domain/did-document.ts';
import type { Namespace } from '../domain/namespace.ts';
import type * as domain from '../domain/organisation.ts';

/** Where the registry's own types become the contract's. */
export function toWireOrganisation(
  organisation: domain.PublishedOrganisation,
  namespace: Namespace,
): Organisation {
  const { odsCode, name, kind, icsOdsCode, admittedBy, systemApproach, status } = organisation;
  return {
    odsCode,
    name,
    kind,
    icsOdsCode,
    admittedBy,
    systemApproach,
    status,
    statusHistory: organisation.statusHistory.map((each) => ({
      status: each.status,
      validFrom: toDateTime(each.validFrom),
      mergedInto: each.mergedInto,
    })),
    did: namespace.didOf(odsCode),
  };
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
    staffGroups: accreditation.staffGroups,
    purposes: accreditation.purposes,
    claims: accreditation.claims,
  };
}

export function toWireLeadEmployment(employment: domain.LeadEmployment): LeadEmployment {
  const { id, leadEmployer, host, staffGroup, validFrom, validUntil } = employment;
  return {
    id,
    leadEmployer,
    host,
    staffGroup,
    validFrom: toDateTime(validFrom),
    validUntil: toDateTimeOrNull(validUntil),
  };
}

export function toWireRecord(
  record: domain.OrganisationRecord,
  namespace: Namespace,
): RegistryRecord {
  const organisation = toWireOrganisation(record.organisation, namespace);
  return {
    organisation,
    keys: record.keys.map((key) => toWireKey(key, organisation.did)),
    accreditations: record.accreditations.map(toWireAccreditation),
    leadEmployments: record.leadEmployments.map(toWireLeadEmployment),
    epoch: record.epoch,
  };
}

// Whole seconds without a fraction, as in credentials; a withdrawal's milliseconds are kept.
export function toDateTime(milliseconds: number): string {
  if (milliseconds % 1000 === 0) return toDateTimeStamp(milliseconds);
  return new Date(milliseconds).toISOString();
}

function toDateTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : toDateTime(milliseconds);
}
