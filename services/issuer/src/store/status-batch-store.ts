import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole, inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Idempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Call } from '../domain/ports.ts';
import type { BatchLedger, BatchProposal } from '../domain/propose-status-batch.ts';
import type { BatchSelection, ItemOutcome, StatusBatch } from '../domain/status-batch.ts';
import { onceOptions } from './credential-store.ts';
import { BATCH_COLUMNS, batchEvent, toBatch, transitionColumns } from './status-batch-rows.ts';
import type { Tables } from './tables.ts';

export interface StatusBatchStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
}

/** One item of a preview, in the order in which it was selected. */
export interface BatchItemRow {
  number: number;
  id: string;
  employeeId: string;
  type: string;
  outcome: ItemOutcome;
}

/** More than one preview can fix within a statement's time. */
const MAX_BATCH = 100_000;

/** Batches as they are proposed, decided and read. */
export function createStatusBatchStore({ db, idempotency, clock }: StatusBatchStoreDeps) {
  const proposeOnce: BatchLedger['proposeOnce'] = (call, proposal, describe) =>
    idempotency.answerOnce(onceOptions(db, call), async () => ({
      write: async (trx) => {
        const batch = await insertBatch(trx, call, proposal);
        const actor = { clientId: batch.clientId, person: batch.person };
        await appendAudit(trx, clock(), [batchEvent('status-batch.proposed', batch, actor)]);
        return answerOf(201, describe(batch));
      },
    }));

  const decideOnce: BatchLedger['decideOnce'] = (call, id, decide, describe) =>
    idempotency.answerOnce(onceOptions(db, call), async () => ({
      write: async (trx) => {
        // of two who decide at once the second finds what the first decided
        const row = await selectBatch(trx, id).forUpdate().executeTakeFirst();
        if (row === undefined) throw notFound();
        const batch = toBatch(row);
        const { action, to } = decide(batch);
        const decided = { ...batch, ...to };
        await trx
          .updateTable('status_batches')
          .set(transitionColumns(decided))
          .where('id', '=', id)
          .execute();
        const actor = { clientId: call.clientId, person: call.person?.subject };
        await appendAudit(trx, clock(), [batchEvent(action, decided, actor)]);
        return answerOf(200, describe(decided));
      },
    }));

  return {
    proposeOnce,
    decideOnce,

    /** @throws VcError NOT_FOUND, also for another trust's */
    async load(odsCode: string, id: string): Promise<StatusBatch> {
      const row = await inTenant(db, odsCode, (trx) => selectBatch(trx, id).executeTakeFirst());
      if (row === undefined) throw notFound();
      return toBatch(row);
    },

    /** Newest first. @returns one row more than `limit` when there are more */
    async list(
      odsCode: string,
      { limit, after }: { limit: number; after?: { at: number; id: string } | undefined },
    ): Promise<StatusBatch[]> {
      const rows = await inTenant(db, odsCode, (trx) => {
        let query = trx
          .selectFrom('status_batches')
          .select(BATCH_COLUMNS)
          .where('ods_code', '=', odsCode);
        if (after !== undefined) {
          const at = new Date(after.at);
          query = query.where(sql<boolean>`(proposed_at, id) < (${at}, ${after.id}::uuid)`);
        }
        return query
          .orderBy('proposed_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute();
      });
      return rows.map(toBatch);
    },

    /**
     * Forgets the lists of previews that ended before `olderThan` without anybody's yes, at most 10,000 entries a call.
     * @returns how many
     */
    async purgePreviews(olderThan: Date): Promise<number> {
      const { numAffectedRows = 0n } = await asRole(db, 'issuer_jobs', (trx) =>
        sql`
          with old as (
            select i.batch_id, i.number
            from status_batches b join status_batch_items i on i.batch_id = b.id
            where b.state in ('previewed', 'awaiting-approval') and b.expires_at < ${olderThan}
            limit 10000
          )
          delete from status_batch_items i using old
          where i.batch_id = old.batch_id and i.number = old.number`.execute(trx),
      );
      return Number(numAffectedRows);
    },

    /**
     * In the order of the preview. @returns one row more than `limit` when there are more
     * @throws VcError NOT_FOUND
     */
    listItems(
      odsCode: string,
      id: string,
      { limit, after }: { limit: number; after: number },
    ): Promise<BatchItemRow[]> {
      return inTenant(db, odsCode, async (trx) => {
        if ((await selectBatch(trx, id).executeTakeFirst()) === undefined) throw notFound();
        return trx
          .selectFrom('status_batch_items as i')
          .innerJoin('credentials as c', 'c.id', 'i.credential_id')
          .select(['i.number', 'c.id', 'c.employee_id as employeeId', 'c.type', 'i.outcome'])
          .where('i.batch_id', '=', id)
          .where('i.number', '>', after)
          .orderBy('i.number')
          .limit(limit + 1)
          .execute();
      });
    },
  };
}

export type StatusBatchStore = ReturnType<typeof createStatusBatchStore>;

function selectBatch(trx: Transaction<Tables>, id: string) {
  return trx.selectFrom('status_batches').select(BATCH_COLUMNS).where('id', '=', id);
}

async function insertBatch(
  trx: Transaction<Tables>,
  call: Call,
  proposal: BatchProposal,
): Promise<StatusBatch> {
  const { id, select, status, reason, holderText, internalNote } = proposal;
  const count = await insertItems(trx, call.odsCode, proposal);
  const row = await trx
    .insertInto('status_batches')
    .values({
      id,
      ods_code: call.odsCode,
      client_id: call.clientId,
      person: call.person?.subject ?? null,
      selection: JSON.stringify(select),
      status,
      reason,
      holder_text: holderText ?? null,
      internal_note: internalNote ?? null,
      count,
      approval_needed: count > proposal.approvalOver,
      proposed_at: new Date(proposal.proposedAt),
      expires_at: new Date(proposal.expiresAt),
    })
    .returning(BATCH_COLUMNS)
    .executeTakeFirstOrThrow();
  return toBatch(row);
}

const SELECTED_BY = {
  batch: 'batch',
  keyThumbprint: 'key_thumbprint',
  type: 'type',
  catalogueVersion: 'catalogue_version',
  provider: 'provider',
  employeeId: 'employee_id',
} as const satisfies Record<keyof BatchSelection, keyof Tables['credentials']>;

/** Fixes the list: what is issued from now on, under the same label or key, is not in it. */
async function insertItems(
  trx: Transaction<Tables>,
  odsCode: string,
  { id, select, touches }: BatchProposal,
): Promise<number> {
  const selected = Object.entries(SELECTED_BY).flatMap(([name, column]) => {
    const value = select[name as keyof BatchSelection];
    return value === undefined ? [] : [sql`and ${sql.id(column)} = ${value}`];
  });
  const { numAffectedRows = 0n } = await sql`
    insert into status_batch_items (batch_id, number, ods_code, credential_id)
    select ${id}::uuid, row_number() over (order by issued_at desc, id desc), ods_code, id
    from credentials
    where ods_code = ${odsCode} and status = any(${[...touches]}::text[])
      ${sql.join(selected, sql` `)}
    limit ${MAX_BATCH + 1}`.execute(trx);
  if (numAffectedRows <= MAX_BATCH) return Number(numAffectedRows);
  throw new VcError(
    'INVALID_REQUEST',
    `More than ${MAX_BATCH} credentials fit: select fewer, by type or by person`,
    { errors: [{ pointer: '/select', detail: `has more than ${MAX_BATCH} credentials` }] },
  );
}

function answerOf(status: number, body: unknown) {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'There is no such status batch');
}
