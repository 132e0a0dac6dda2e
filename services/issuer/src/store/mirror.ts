import { sql, type Transaction } from 'kysely';
import type { AuditEvent } from '#ledger/audit';
import { type Mirrored, mirrorStatus, type StatusOutcome } from '../domain/mirror-status.ts';
import type { CredentialRecord, CredentialState } from '../domain/ports.ts';
import type { StatusTexts } from '../domain/status-batch.ts';
import type { Tables } from './tables.ts';

/** A change that the status list has committed, with who asked for it and what they said. */
export interface MirrorEntry extends StatusOutcome, StatusTexts {
  clientId: string;
  person: string | undefined;
  batchId?: string;
  /** a suspension that its batch may lift again */
  undoable?: boolean;
}

export const CREDENTIAL_COLUMNS = [
  'id',
  'employee_id as employeeId',
  'holder_did as holderDid',
  'type',
  'list_pair_id as listPairId',
  'list_index as listIndex',
  'issued_at as issuedAt',
  'valid_until as validUntil',
  'status',
  'status_reason as statusReason',
  'status_changed_at as statusChangedAt',
  'lifecycle',
  'archived_at as archivedAt',
] as const;

/**
 * Mirrors changes of one trust's credentials, each with a row of its history. The rows stay locked until the commit,
 * in the order of their ids, so two callers never wait for each other.
 * @returns what each came to, undefined where the credential is revoked; and the audit events, which the caller
 *   appends last
 */
export async function mirrorAll(
  trx: Transaction<Tables>,
  odsCode: string,
  entries: readonly MirrorEntry[],
): Promise<{ mirrored: (Mirrored | undefined)[]; events: AuditEvent[] }> {
  const current = await lockCredentials(trx, [...new Set(entries.map(({ id }) => id))]);
  const news: { entry: MirrorEntry; record: CredentialRecord }[] = [];
  const changed = new Map<string, CredentialRecord>();
  const mirrored = entries.map((entry) => {
    const record = current.get(entry.id);
    const result = record && mirrorStatus(record, entry);
    if (record === undefined || result === undefined) return undefined;
    if (result.news) news.push({ entry, record });
    if (!result.newest) return result;
    const { status, reason: statusReason, changedAt: statusChangedAt } = result.standing;
    const next = { ...record, status, statusReason, statusChangedAt };
    current.set(entry.id, next);
    changed.set(entry.id, next);
    return result;
  });
  if (changed.size > 0) await updateCredentials(trx, [...changed.values()]);
  if (news.length > 0) {
    const rows = news.map(({ entry }) => historyRow(odsCode, entry));
    await trx.insertInto('credential_status_changes').values(rows).execute();
  }
  const toStay = entries.filter(({ status, undoable }) => status === 'suspended' && !undoable);
  if (toStay.length > 0) await keepSuspended(trx, toStay);
  const reinstated = news.filter(({ entry }) => entry.status === 'active');
  if (reinstated.length > 0) await reopenSuperseding(trx, odsCode, reinstated);
  return {
    mirrored,
    events: news.map(({ entry, record }) => statusEvent(odsCode, entry, record)),
  };
}

async function lockCredentials(
  trx: Transaction<Tables>,
  ids: readonly string[],
): Promise<Map<string, CredentialRecord>> {
  const rows = await trx
    .selectFrom('credentials')
    .select(CREDENTIAL_COLUMNS)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, toRecord(row)]));
}

async function updateCredentials(
  trx: Transaction<Tables>,
  records: readonly CredentialRecord[],
): Promise<void> {
  const ids = records.map(({ id }) => id);
  const statuses = records.map(({ status }) => status);
  const reasons = records.map(({ statusReason }) => statusReason);
  const times = records.map(({ statusChangedAt = 0 }) => new Date(statusChangedAt).toISOString());
  await sql`update credentials c
    set status = n.status, status_reason = n.reason, status_changed_at = n.changed_at
    from unnest(${ids}::uuid[], ${statuses}::text[], ${reasons}::text[], ${times}::timestamptz[])
      as n (id, status, reason, changed_at)
    where c.id = n.id`.execute(trx);
}

/**
 * A batch that suspended the same credential may be undone: that must not lift what was asked for since, also where
 * the credential was suspended already and the change was none.
 */
async function keepSuspended(
  trx: Transaction<Tables>,
  entries: readonly MirrorEntry[],
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await trx
    .updateTable('status_batch_items')
    .set({ prior: 'suspended' })
    .where('credential_id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('outcome', '=', 'suspended')
    .execute();
}

/** What was superseded while it was being reinstated is suspended again, by the worker (domain/superseding.ts). */
async function reopenSuperseding(
  trx: Transaction<Tables>,
  odsCode: string,
  reinstated: readonly { entry: MirrorEntry }[],
): Promise<void> {
  const ids = reinstated.map(({ entry }) => entry.id);
  await trx
    .updateTable('credentials')
    .set({ superseded_done_at: null })
    .where('ods_code', '=', odsCode)
    .where('supersedes', '=', sql<string>`any(${ids}::uuid[])`)
    .where('superseded_done_at', 'is not', null)
    .where('status', '<>', 'revoked')
    .execute();
}

function historyRow(odsCode: string, entry: MirrorEntry) {
  return {
    ods_code: odsCode,
    credential_id: entry.id,
    status: entry.status,
    reason: entry.reason,
    holder_text: entry.holderText ?? null,
    internal_note: entry.internalNote ?? null,
    client_id: entry.clientId,
    person: entry.person ?? null,
    status_batch_id: entry.batchId ?? null,
    changed_at: new Date(entry.changedAt),
  };
}

// Identifiers and codes only: what was said of the change stays in its history.
function statusEvent(odsCode: string, entry: MirrorEntry, record: CredentialRecord): AuditEvent {
  const { id, status, reason, clientId, person, batchId } = entry;
  const subject = {
    credential: id,
    reason,
    listPair: record.listPairId,
    index: record.listIndex,
    ...(person !== undefined && { person }),
    ...(batchId !== undefined && { statusBatch: batchId }),
  };
  return { action: ACTIONS[status], odsCode, clientId, subject };
}

const ACTIONS = {
  active: 'credential.reinstated',
  suspended: 'credential.suspended',
  revoked: 'credential.revoked',
} satisfies Record<CredentialState, string>;

interface Row
  extends Omit<
    CredentialRecord,
    'issuedAt' | 'validUntil' | 'statusReason' | 'statusChangedAt' | 'archivedAt'
  > {
  issuedAt: Date;
  validUntil: Date | null;
  statusReason: string | null;
  statusChangedAt: Date | null;
  archivedAt: Date | null;
}

export function toRecord(row: Row): CredentialRecord {
  return {
    ...row,
    issuedAt: row.issuedAt.getTime(),
    validUntil: row.validUntil?.getTime(),
    statusReason: row.statusReason ?? undefined,
    statusChangedAt: row.statusChangedAt?.getTime(),
    archivedAt: row.archivedAt?.getTime(),
  };
}
