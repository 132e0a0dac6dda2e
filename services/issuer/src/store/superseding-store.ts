import type { Transaction } from 'kysely';
import type { AuditEvent } from '#ledger/audit';
import { VcError } from '#vc/error';
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
 * @throws VcError NOT_FOUND, CONFLICT when it is superseded already, LIFECYCLE_CHANGE_REFUSED when it is withdrawn or
 *   revoked
 */
export async function recordSuperseding(
  trx: Transaction<Tables>,
  now: number,
  entries: readonly SupersedingEntry[],
): Promise<AuditEvent[]> {
  const inOrder = entries.toSorted((a, b) => (olderOf(a) < olderOf(b) ? -1 : 1));
  for (const entry of inOrder) {
    await supersede(trx, olderOf(entry));
    await trx.insertInto('credential_lifecycle_events').values(eventRow(entry, now)).execute();
  }
  return inOrder.map(supersededEvent);
}

async function supersede(trx: Transaction<Tables>, olderId: string): Promise<void> {
  const older = await trx
    .selectFrom('credentials')
    .select(['lifecycle', 'status'])
    .where('id', '=', olderId)
    .forUpdate()
    .executeTakeFirst();
  if (older === undefined) throw new VcError('NOT_FOUND', 'There is no such credential');
  checkSupersedable(older);
  await trx
    .updateTable('credentials')
    .set({ lifecycle: 'superseded' })
    .where('id', '=', olderId)
    .execute();
}

/** @throws VcError as recordSuperseding */
function checkSupersedable({ lifecycle, status }: { lifecycle: string; status: string }): void {
  if (lifecycle === 'superseded') {
    throw new VcError('CONFLICT', 'Another credential supersedes that one already');
  }
  if (lifecycle !== 'withdrawn' && status !== 'revoked') return;
  const state = lifecycle === 'withdrawn' ? 'withdrawn' : 'revoked';
  throw new VcError('LIFECYCLE_CHANGE_REFUSED', `The credential to supersede is ${state}`);
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
