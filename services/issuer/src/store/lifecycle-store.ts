import type { Kysely, Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Idempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import {
  afterStep,
  type LifecycleLedger,
  type LifecycleStanding,
  type LifecycleStep,
  type RecordedEvent,
} from '../domain/lifecycle.ts';
import type { Answer, Call } from '../domain/ports.ts';
import { onceOptions } from './credential-store.ts';
import type { Tables } from './tables.ts';

export interface LifecycleStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
}

/** One step of a credential's life, with what was said of it. */
export interface LifecycleEventRow {
  event: RecordedEvent;
  reason: string;
  internalNote: string | null;
  clientId: string;
  person: string | null;
  /** milliseconds since the epoch */
  happenedAt: number;
}

/** Where each step of a credential's life is committed, once. */
export function createLifecycleStore({ db, idempotency, clock }: LifecycleStoreDeps) {
  const take = async (trx: Transaction<Tables>, call: Call, step: LifecycleStep) => {
    const current = await loadStanding(trx, step.id, 'lock');
    const next = afterStep(step.event, current);
    if (next === undefined) return current;
    const now = clock();
    const standing = { ...current, ...next };
    await trx
      .updateTable('credentials')
      .set({
        lifecycle: standing.lifecycle,
        ...(next.archived !== undefined && { archived_at: next.archived ? new Date(now) : null }),
      })
      .where('id', '=', step.id)
      .execute();
    await trx
      .insertInto('credential_lifecycle_events')
      .values(eventRow(call, step, now))
      .execute();
    await appendAudit(trx, now, [auditEvent(call, step)]);
    return standing;
  };

  const ledger: LifecycleLedger = {
    takeOnce: (call, step) =>
      idempotency.answerOnce(onceOptions(db, call), async () => ({
        write: async (trx) => toAnswer(await take(trx, call, step)),
      })),

    take: async (call, step) => {
      await inTenant(db, call.odsCode, (trx) => take(trx, call, step));
    },

    answerOnce: (call, id, work) =>
      idempotency.answerOnce(onceOptions(db, call), async () => {
        await work();
        return { write: async (trx) => toAnswer(await loadStanding(trx, id)) };
      }),
  };

  return {
    ...ledger,

    /** Oldest first. @throws VcError NOT_FOUND, also for another trust's */
    listEvents(odsCode: string, id: string): Promise<LifecycleEventRow[]> {
      return inTenant(db, odsCode, async (trx) => {
        await loadStanding(trx, id);
        const rows = await trx
          .selectFrom('credential_lifecycle_events')
          .select([
            'event',
            'reason',
            'internal_note as internalNote',
            'client_id as clientId',
            'person',
            'happened_at as happenedAt',
          ])
          .where('credential_id', '=', id)
          .orderBy('happened_at')
          .orderBy('id')
          .execute();
        return rows.map((row) => ({ ...row, happenedAt: row.happenedAt.getTime() }));
      });
    },
  };
}

export type LifecycleStore = ReturnType<typeof createLifecycleStore>;

async function loadStanding(
  trx: Transaction<Tables>,
  id: string,
  lock?: 'lock',
): Promise<LifecycleStanding> {
  const query = trx
    .selectFrom('credentials')
    .select(['id', 'lifecycle', 'archived_at', 'status'])
    .where('id', '=', id);
  const row = await (lock === undefined ? query : query.forUpdate()).executeTakeFirst();
  if (row === undefined) throw new VcError('NOT_FOUND', 'There is no such credential');
  const { archived_at: archivedAt, ...standing } = row;
  return { ...standing, archived: archivedAt !== null };
}

function toAnswer({ id, lifecycle, archived, status }: LifecycleStanding): Answer {
  const body = JSON.stringify({ id, lifecycle, archived, status });
  return { status: 200, contentType: 'application/json', body };
}

function eventRow({ odsCode, clientId, person }: Call, step: LifecycleStep, now: number) {
  return {
    ods_code: odsCode,
    credential_id: step.id,
    event: step.event,
    reason: step.reason,
    internal_note: step.internalNote ?? null,
    client_id: clientId,
    person: person?.subject ?? null,
    happened_at: new Date(now),
  };
}

// Identifiers and codes only: what was said of it stays with the event.
function auditEvent({ odsCode, clientId, person }: Call, { id, event, reason }: LifecycleStep) {
  const subject = {
    credential: id,
    reason,
    ...(person !== undefined && { person: person.subject }),
  };
  return { action: `credential.${event}`, odsCode, clientId, subject };
}
