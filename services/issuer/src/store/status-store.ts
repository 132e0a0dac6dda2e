import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import type { Idempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import {
  isRevoked,
  type StatusLedger,
  type StatusOutcome,
  type StatusStanding,
} from '../domain/change-status.ts';
import type { Call, CredentialRecord, CredentialState } from '../domain/ports.ts';
import { onceOptions } from './credential-store.ts';
import type { Tables } from './tables.ts';

export interface StatusStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
}

export interface CredentialSearch {
  employeeId?: string | undefined;
  type?: string | undefined;
  status?: CredentialState | undefined;
  limit: number;
  /** the last row of the page before */
  after?: { issuedAt: number; id: string } | undefined;
}

const COLUMNS = [
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
] as const;

/** What is kept of credentials besides their documents: search, and the mirror of their status. */
export function createStatusStore({ db, idempotency, clock }: StatusStoreDeps) {
  const load: StatusLedger['load'] = async (odsCode, id) => {
    const row = await inTenant(db, odsCode, (trx) =>
      trx
        .selectFrom('credentials')
        .select([...COLUMNS, 'document'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    if (row === undefined) throw new VcError('NOT_FOUND', 'There is no such credential');
    return { ...toRecord(row), document: row.document };
  };

  const changeOnce: StatusLedger['changeOnce'] = (call, prepare, describe) =>
    idempotency.answerOnce(onceOptions(db, call), async () => {
      const outcome = await prepare();
      return {
        write: async (trx) => {
          const standing = await mirror(trx, call, outcome, clock());
          const body = JSON.stringify(describe(standing));
          return { status: 200, contentType: 'application/json', body };
        },
      };
    });

  return {
    load,
    changeOnce,

    /** Newest first. @returns one row more than `limit` when there are more */
    search(odsCode: string, search: CredentialSearch): Promise<CredentialRecord[]> {
      const { employeeId, type, status, limit, after } = search;
      return inTenant(db, odsCode, async (trx) => {
        let query = trx.selectFrom('credentials').select(COLUMNS).where('ods_code', '=', odsCode);
        if (employeeId !== undefined) query = query.where('employee_id', '=', employeeId);
        if (type !== undefined) query = query.where('type', '=', type);
        if (status !== undefined) query = query.where('status', '=', status);
        if (after !== undefined) {
          const at = new Date(after.issuedAt);
          query = query.where(sql<boolean>`(issued_at, id) < (${at}, ${after.id}::uuid)`);
        }
        const rows = await query
          .orderBy('issued_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute();
        return rows.map(toRecord);
      });
    },
  };
}

export type StatusStore = ReturnType<typeof createStatusStore>;

/*
 * Two changes of one credential may commit at the status list in one order and come here in the other. The list's
 * own time decides: a mirror that shows a later change keeps it, and a revocation is kept whatever the times say.
 */
async function mirror(
  trx: Transaction<Tables>,
  { odsCode, clientId }: Call,
  outcome: StatusOutcome,
  now: number,
): Promise<StatusStanding> {
  const { record, status, reason, changedAt, changed } = outcome;
  const { id } = record;
  const current = toRecord(
    await trx
      .selectFrom('credentials')
      .select(COLUMNS)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow(),
  );
  if (current.status === 'revoked' && status !== 'revoked') throw isRevoked();
  const mirrored = !changed || (current.statusChangedAt ?? 0) >= changedAt;
  if (current.status === status && mirrored) {
    return {
      id,
      status,
      reason: current.statusReason ?? reason,
      // a bit that never changed has stood since its index was leased: before there was a credential
      changedAt: current.statusChangedAt ?? Math.max(changedAt, current.issuedAt),
    };
  }
  const newest = status === 'revoked' || changedAt >= (current.statusChangedAt ?? 0);
  if (newest) {
    await trx
      .updateTable('credentials')
      .set({ status, status_reason: reason, status_changed_at: new Date(changedAt) })
      .where('id', '=', id)
      .execute();
  }
  const subject = { credential: id, reason, listPair: record.listPairId, index: record.listIndex };
  const event: AuditEvent = { action: ACTIONS[status], odsCode, clientId, subject };
  await appendAudit(trx, now, [event]);
  return { id, status, reason, changedAt };
}

const ACTIONS = {
  active: 'credential.reinstated',
  suspended: 'credential.suspended',
  revoked: 'credential.revoked',
} satisfies Record<CredentialState, string>;

interface Row
  extends Omit<CredentialRecord, 'issuedAt' | 'validUntil' | 'statusReason' | 'statusChangedAt'> {
  issuedAt: Date;
  validUntil: Date | null;
  statusReason: string | null;
  statusChangedAt: Date | null;
}

function toRecord(row: Row): CredentialRecord {
  return {
    ...row,
    issuedAt: row.issuedAt.getTime(),
    validUntil: row.validUntil?.getTime(),
    statusReason: row.statusReason ?? undefined,
    statusChangedAt: row.statusChangedAt?.getTime(),
  };
}
