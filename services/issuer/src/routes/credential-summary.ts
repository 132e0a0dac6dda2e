import { toDateTimeStamp } from '#vc/clock';
import type { CredentialRecord } from '../domain/ports.ts';

/** What is told of a credential wherever one is listed. */
export function toSummary(record: CredentialRecord) {
  const { id, employeeId, type, holderDid, issuedAt, validUntil, status, lifecycle } = record;
  return {
    id,
    employeeId,
    type,
    holder: holderDid,
    issuedAt: toDateTimeStamp(issuedAt),
    validUntil: validUntil === undefined ? null : toDateTimeStamp(validUntil),
    status,
    lifecycle,
    archived: record.archivedAt !== undefined,
  };
}
