import type { Transaction } from 'kysely';
import type { AuditEvent } from '#ledger/audit';
import { VcError } from '#vc/error';
import { checkReplaceable } from '../domain/check-older.ts';
import type { Supersession } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

/** A newer credential, not committed yet, and the older one that it is issued instead of. */
export interface SupersedingEntry {
  odsCode: string;
  newerId: string;
  supersedes: Supersession;
  clientId: string;
  /** `sub` */
  person: string | undefined;
}

/**
 * Says `superseded` of the older credentials, with an event each, in the transaction that records the newer ones. The
 * rows stay locked until the commit, in the order of their ids: a withdrawal or another superseding that is under way
 * is either found here or finds this.
 * @returns the audit events, which the caller appends last
 * @throws VcError NOT_FOUND, CONFLICT when it is superseded already, LIFECYCLE_CHANGE_REFUSED when it is withdrawn,
 *   revoked, or suspended so that it is not issued again
 */
export async function recordSuperseding(
  trx: Transaction<Tables>,
  now: number,
  entries: readonly SupersedingEntry[],
): Promise<AuditEvent[]> {
  const inOrder = entries.toSorted((a, b) => (olderOf(a) < olderOf(b) ? -1 : 1));
  for (const entry of inOrder) {
    await supersede(trx, entry.supersedes);
    await trx.insertInto('credential_lifecycle_events').values(eventRow(entry, now)).execute();
  }
  return inOrder.map(supersededEvent);
}

async function supersede(
  trx: Transaction<Tables>,
  { credentialId: olderId, how }: Supersession,
): Promise<void> {
  const older = await trx
    .selectFrom('credentials')
    .select(['lifecycle', 'status', 'status_reason as statusReason'])
    .where('id', '=', olderId)
    .forUpdate()
    .executeTakeFirst();
  if (older === undefined) throw new VcError('NOT_FOUND', 'There is no such credential');
  checkReplaceable(older, how);
  await trx
    .updateTable('credentials')
    .set({ lifecycle: 'superseded' })
    .where('id', '=', olderId)
    .execute();
}

function eventRow({ odsCode, supersedes, clientId, person }: SupersedingEntry, now: number) {
  return {
    ods_code: odsCode,
    credential_id: supersedes.credentialId,
    event: eventOf(supersedes),
    reason: supersedes.reason,
    internal_note: supersedes.internalNote ?? null,
    client_id: clientId,
    person: person ?? null,
    happened_at: new Date(now),
  };
}

function supersededEvent(entry: SupersedingEntry): AuditEvent {
  const { odsCode, newerId, supersedes, clientId, person } = entry;
  const { credentialId, reason } = supersedes;
  const subject = {
    credential: credentialId,
    newer: newerId,
    reason,
    ...(person !== undefined && { person }),
  };
  return { action: `credential.${eventOf(supersedes)}`, odsCode, clientId, subject };
}

function eventOf({ how }: Supersession) {
  return how === 'reissues' ? ('reissued' as const) : ('superseded' as const);
}

function olderOf({ supersedes }: SupersedingEntry): string {
  return supersedes.credentialId;
}
