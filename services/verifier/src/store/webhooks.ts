import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import { createIdempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type {
  Delivery,
  DeliveryState,
  Webhook,
  WebhookAnswer,
  WebhookCall,
  Webhooks,
} from '../domain/watching/ports.ts';
import { buryWaiting } from './deliveries.ts';
import type { Tables } from './tables.ts';

type Trx = Transaction<Tables>;

interface Change {
  status: number;
  body: unknown;
  event: Pick<AuditEvent, 'action' | 'subject'>;
}

const MAX_ACTIVE = 10;
const ENDED_SHOWN = 50;

/** Where a trust's events are sent, under row-level security: another trust's webhook does not exist here. */
export function createWebhooks({ db, clock }: { db: Kysely<Tables>; clock: Clock }): Webhooks {
  const idempotency = createIdempotency<Tables>({ clock });

  /** The change, its audit row and its answer in one transaction, once for its idempotency key. */
  const once = async (
    { asker, idempotencyKey: key, at, ...request }: WebhookCall,
    change: (trx: Trx) => Promise<Change>,
  ): Promise<WebhookAnswer> => {
    const { odsCode, clientId } = asker;
    const transact = <T>(work: (trx: Trx) => Promise<T>) => inTenant(db, odsCode, work);
    const { status, contentType, body } = await idempotency.answerOnce(
      { transact, scope: odsCode, key, request },
      async () => ({
        async write(trx) {
          const changed = await change(trx);
          await appendAudit(trx, at, [{ ...changed.event, odsCode, clientId }]);
          const text = JSON.stringify(changed.body);
          return { status: changed.status, contentType: 'application/json', body: text };
        },
      }),
    );
    return { status, contentType, body };
  };

  return {
    create: (call, { id, url, description }, answer) =>
      once(call, async (trx) => {
        const { odsCode } = call.asker;
        await refuseTooMany(trx, odsCode);
        const at = new Date(call.at);
        const row = { id, ods_code: odsCode, url, description, created_at: at };
        await trx.insertInto('webhooks').values(row).execute();
        const state = 'active' as const;
        const counts = { waiting: 0, deadLetters: 0 };
        return {
          status: 201,
          body: answer({ id, url, description, state, createdAt: call.at, ...counts }),
          event: { action: 'webhook.created', subject: { webhook: id } },
        };
      }),

    list: (odsCode) =>
      inTenant(db, odsCode, async (trx) => {
        const active = await selectWebhooks(trx, sql`w.state = 'active'`, MAX_ACTIVE);
        return [...active, ...(await selectWebhooks(trx, sql`w.state = 'ended'`, ENDED_SHOWN))];
      }),

    end: ({ odsCode, clientId }, id, at) =>
      inTenant(db, odsCode, async (trx) => {
        if ((await lockWebhook(trx, id)) === 'ended') return;
        await trx
          .updateTable('webhooks')
          .set({ state: 'ended', ended_at: new Date(at) })
          .where('id', '=', id)
          .execute();
        await buryWaiting(trx, id);
        const subject = { webhook: id };
        await appendAudit(trx, at, [{ action: 'webhook.ended', odsCode, clientId, subject }]);
      }),

    deliveries: (odsCode, id, page) =>
      inTenant(db, odsCode, async (trx) => {
        await findWebhook(trx, id);
        return selectDeliveries(trx, id, page);
      }),

    replay: (call, { id, since }, answer) =>
      once(call, async (trx) => {
        if ((await lockWebhook(trx, id)) === 'ended') {
          throw new VcError('CONFLICT', 'The webhook has ended: create another one');
        }
        const at = new Date(call.at);
        const replayed = await (since === undefined
          ? replayDeadLetters(trx, id, at)
          : replaySince(trx, id, since, at));
        return {
          status: 200,
          body: answer(replayed),
          event: { action: 'webhook.replayed', subject: { webhook: id, replayed } },
        };
      }),
  };
}

async function refuseTooMany(trx: Trx, odsCode: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`verifier:webhooks:${odsCode}`}, 0))`.execute(
    trx,
  );
  const { active } = await trx
    .selectFrom('webhooks')
    .select((row) => row.fn.countAll<number>().as('active'))
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  if (active < MAX_ACTIVE) return;
  throw new VcError('CONFLICT', `A trust has at most ${MAX_ACTIVE} webhooks: end one first`);
}

/** @throws VcError NOT_FOUND */
async function findWebhook(trx: Trx, id: string, lock = false): Promise<'active' | 'ended'> {
  const row = await trx
    .selectFrom('webhooks')
    .select('state')
    .where('id', '=', id)
    .$if(lock, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new VcError('NOT_FOUND', 'There is no such webhook');
  return row.state;
}

/** Its state, which stays as it is until the transaction ends. @throws VcError NOT_FOUND */
function lockWebhook(trx: Trx, id: string): Promise<'active' | 'ended'> {
  return findWebhook(trx, id, true);
}

async function selectWebhooks(
  trx: Trx,
  which: RawBuilder<unknown>,
  limit: number,
): Promise<Webhook[]> {
  const { rows } = await sql<Omit<Webhook, 'createdAt'> & { createdAt: Date }>`
    select w.id, w.url, w.description, w.state, w.created_at as "createdAt",
      (select count(*) from deliveries d where d.webhook_id = w.id and d.state = 'waiting')
        as waiting,
      (select count(*) from deliveries d where d.webhook_id = w.id and d.state = 'dead')
        as "deadLetters"
    from webhooks w where ${which} order by w.created_at desc, w.id limit ${limit}`.execute(trx);
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }));
}

async function selectDeliveries(
  trx: Trx,
  webhookId: string,
  { state, after, limit }: { state: DeliveryState | undefined; after: number; limit: number },
): Promise<Delivery[]> {
  const rows = await trx
    .selectFrom('deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .where('event_number', '>', after)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'dead'))
    .orderBy('event_number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    eventId: row.event_id,
    eventNumber: row.event_number,
    state: row.state,
    attempts: row.attempts,
    lastAttemptAt: row.last_attempt_at?.getTime() ?? null,
    lastAnswer: row.last_answer,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
  }));
}

async function replayDeadLetters(trx: Trx, id: string, at: Date): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('deliveries')
    .set({ state: 'waiting', attempts: 0, next_attempt_at: at, lease: null, leased_until: null })
    .where('webhook_id', '=', id)
    .where('state', '=', 'dead')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Every event of the trust from that one on, also what came before the webhook. What waits already is left to it. */
async function replaySince(trx: Trx, id: string, since: string, at: Date): Promise<number> {
  const first = await trx
    .selectFrom('events')
    .select('number')
    .where('id', '=', since)
    .executeTakeFirst();
  if (first === undefined) throw new VcError('NOT_FOUND', 'There is no such event');
  const { rows } = await sql`
    insert into deliveries (webhook_id, event_id, ods_code, event_number, next_attempt_at)
    select ${id}::uuid, e.id, e.ods_code, e.number, ${at}::timestamptz
    from events e where e.number >= ${first.number}
    on conflict (webhook_id, event_id) do update set state = 'waiting', attempts = 0,
      next_attempt_at = excluded.next_attempt_at, lease = null, leased_until = null
      where deliveries.state <> 'waiting'
    returning 1`.execute(trx);
  return rows.length;
}
