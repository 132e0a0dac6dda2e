import { channel } from 'node:diagnostics_channel';

/** Where it is told what became of audit: `AuditOutcome`. For whoever counts; nothing rests on being heard. */
export const AUDIT_CHANNEL = 'staff-passport:audit';

export interface AuditOutcome {
  /** a row in the transaction of what it records, a signed checkpoint, the record of an access that was refused */
  operation: 'append' | 'checkpoint' | 'refusal';
  ok: boolean;
}

const outcomes = channel(AUDIT_CHANNEL);

export function tellAuditOutcome(outcome: AuditOutcome): void {
  outcomes.publish(outcome);
}
