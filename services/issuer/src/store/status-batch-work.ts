import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole, inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { CredentialState } from '../domain/ports.ts';
import type { BatchClaim, BatchWork, ItemResult } from '../domain/run-status-batch.ts';
import { dueStep, type StatusBatch, STEPS } from '../domain/status-batch.ts';
import { mirrorAll, type MirrorEntry } from './mirror.ts';
import { BATCH_COLUMNS, batchEvent, toBatch, transitionColumns } from './status-batch-rows.ts';
import type { Tables } from './tables.ts';

/** Batches looked for at a time. */
const MAX_DUE = 20;

/** What the worker does with batches: one step at a time, chunk by chunk, each in one transaction. */
export function createStatusBatchWork({ db }: { db: Kysely<Tables> }): BatchWork {
  return {
    findDue: ({ worker, now }) =>
      asRole(db, 'issuer_jobs', (trx) =>
        trx
          .selectFrom('status_batches')
          .select(['id', 'ods_code as odsCode'])
          .where(
            sql<boolean>`(state = 'running' or state = 'undo-window' and undo_until <= ${new Date(now)})`,
          )
          .where(
            sql<boolean>`(worker_until is null or worker_until <= ${new Date(now)}
              or worker = ${worker}::uuid)`,
          )
          .orderBy(sql`worker_until asc nulls first`)
          .orderBy('proposed_at')
          .limit(MAX_DUE)
          .execute(),
      ),

    claim: ({ id, odsCode }, { worker, now, until }) =>
      inTenant(db, odsCode, async (trx) => {
        const row = await trx
          .selectFrom('status_batches')
          .select([...BATCH_COLUMNS, 'worker', 'worker_until'])
          .where('id', '=', id)
          // another replica is just claiming it, or somebody decides on it
          .forUpdate()
          .skipLocked()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        // its own claim is one that failed: a worker does one thing at a time
        const held = row.worker !== worker && (row.worker_until?.getTime() ?? 0) > now;
        if (held) return undefined;
        const batch = toBatch(row);
        const step = dueStep(batch, now);
        if (step === undefined) return undefined;
        const running: StatusBatch = { ...batch, state: 'running', step };
        await trx
          .updateTable('status_batches')
          .set({ ...transitionColumns(running), worker, worker_until: new Date(until) })
          .where('id', '=', id)
          .execute();
        return { batch: running, step, worker };
      }),

    // What another batch suspended and may still lift is not as it was before: that batch knows how it was. And while
    // another batch holds it, a batch that is undone leaves it to that one.
    takeItems: ({ batch, step }, limit) =>
      inTenant(db, batch.odsCode, async (trx) => {
        const { rows } = await sql<{
          credentialId: string;
          listPairId: string;
          index: number;
          prior: CredentialState;
          superseded: boolean;
        }>`
          with next as (
            select i.number, c.id, c.list_pair_id, c.list_index, c.status, other.prior as held,
              exists (select from credentials n where n.ods_code = c.ods_code
                and n.supersedes = c.id and n.status <> 'revoked') as superseded
            from status_batch_items i join credentials c on c.id = i.credential_id
            left join lateral (
              select o.prior from status_batch_items o join status_batches b on b.id = o.batch_id
              where o.credential_id = c.id and o.batch_id <> i.batch_id
                and o.outcome = 'suspended' and b.step is distinct from 'lift' limit 1
            ) other on c.status = 'suspended'
            where i.batch_id = ${batch.id} and i.outcome = ${STEPS[step].from}
            order by i.number limit ${limit}
          )
          update status_batch_items i set prior = coalesce(i.prior, next.held, next.status)
          from next where i.batch_id = ${batch.id} and i.number = next.number
          returning next.id as "credentialId", next.list_pair_id as "listPairId",
            next.list_index as "index",
            case when ${step} = 'lift' and next.held is not null
              then 'suspended' else i.prior end as prior, next.superseded`.execute(trx);
        return rows;
      }),

    commitItems: (claim, results, { now, until }) =>
      inTenant(db, claim.batch.odsCode, async (trx) => {
        if (!(await holds(trx, claim))) return false;
        const { batch, step } = claim;
        const entries = results.flatMap((result) => toEntry(claim, result));
        const { mirrored, events } = await mirrorAll(trx, batch.odsCode, entries);
        // somebody revoked it meanwhile, and that change is theirs
        const kept = new Set(
          entries.filter((entry, n) => !counts(entry, mirrored[n])).map(({ id }) => id),
        );
        const settled = results.map((result) =>
          kept.has(result.credentialId) ? { ...result, becomes: 'refused' as const } : result,
        );
        await settleItems(trx, claim, settled);
        const notOurs = entries.filter((_, n) => mirrored[n]?.news === false);
        if (step === 'suspend' && notOurs.length > 0) await keepFound(trx, batch, notOurs);
        await trx
          .updateTable('status_batches')
          .set((eb) => ({
            changed: eb('changed', '+', changeOfCount(claim, settled)),
            refused: eb('refused', '+', settled.filter(isRefused).length),
            worker_until: new Date(until),
          }))
          .where('id', '=', batch.id)
          .execute();
        if (events.length > 0) await appendAudit(trx, now, events);
        return true;
      }),

    finish: (claim, { action, to }, now) =>
      inTenant(db, claim.batch.odsCode, async (trx) => {
        if (!(await holds(trx, claim))) return;
        const finished = { ...claim.batch, ...to };
        await trx
          .updateTable('status_batches')
          .set({ ...transitionColumns(finished), worker: null, worker_until: null })
          .where('id', '=', claim.batch.id)
          .execute();
        const { clientId } = claim.batch;
        await appendAudit(trx, now, [
          batchEvent(action, finished, { clientId, person: undefined }),
        ]);
      }),
  };
}

/** Locks the batch, so that no other worker claims it before this commit. */
async function holds(trx: Transaction<Tables>, { batch, step, worker }: BatchClaim) {
  const row = await trx
    .selectFrom('status_batches')
    .select('id')
    .where('id', '=', batch.id)
    .where('worker', '=', worker)
    .where('step', '=', step)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

function toEntry({ batch, step }: BatchClaim, { outcome }: ItemResult): MirrorEntry[] {
  if (outcome === undefined) return [];
  const { id: batchId, clientId, person, holderText, internalNote } = batch;
  if (step !== 'lift') {
    const undoable = step === 'suspend';
    return [{ ...outcome, clientId, person, holderText, internalNote, batchId, undoable }];
  }
  const undoneBy = { clientId: batch.undoneByClient ?? clientId, person: batch.undoneByPerson };
  return [{ ...outcome, ...undoneBy, batchId }];
}

function counts(entry: MirrorEntry, mirrored: { news: boolean } | undefined): boolean {
  return mirrored !== undefined && (mirrored.news || entry.status !== 'revoked');
}

async function settleItems(
  trx: Transaction<Tables>,
  { batch, step }: BatchClaim,
  results: readonly ItemResult[],
): Promise<void> {
  const ids = results.map(({ credentialId }) => credentialId);
  const outcomes = results.map(({ becomes }) => becomes);
  await sql`update status_batch_items i set outcome = n.outcome
    from unnest(${ids}::uuid[], ${outcomes}::text[]) as n (id, outcome)
    where i.batch_id = ${batch.id} and i.credential_id = n.id
      and i.outcome = ${STEPS[step].from}`.execute(trx);
}

/** Somebody suspended these after the batch took them: undoing leaves them so, as what it found suspended. */
async function keepFound(
  trx: Transaction<Tables>,
  batch: StatusBatch,
  entries: readonly MirrorEntry[],
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await sql`update status_batch_items i set prior = 'suspended'
    where i.batch_id = ${batch.id} and i.credential_id = any(${ids}::uuid[])
      and not exists (select from status_batch_items o
        where o.credential_id = i.credential_id and o.batch_id <> i.batch_id
          and o.outcome = 'suspended')`.execute(trx);
}

/** `changed` counts what is suspended for the batch or changed by it. */
function changeOfCount({ step }: BatchClaim, results: readonly ItemResult[]): number {
  const refused = results.filter(isRefused).length;
  if (step === 'revoke') return -refused;
  return step === 'lift' ? -results.length : results.length - refused;
}

function isRefused({ becomes }: ItemResult): boolean {
  return becomes === 'refused';
}
