import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { ClaimedDelivery, Deliveries } from '../domain/watching/ports.ts';
import { type EventRow, toStatusEvent } from './events.ts';
import type { Tables } from './tables.ts';

const JOBS = 'verifier_jobs';

/** What is not over, of all trusts. */
export function readDeliveryBacklog(
  db: Kysely<Tables>,
): Promise<{ waiting: number; oldestEventAt: number | undefined }> {
  return asRole(db, JOBS, async (trx) => {
    const { rows } = await sql<{ waiting: number; oldest: Date | null }>`
      select count(*) as waiting, min(e.at) as oldest
      from deliveries d join events e on e.id = d.event_id where d.state = 'waiting'`.execute(trx);
    return { waiting: rows[0]?.waiting ?? 0, oldestEventAt: rows[0]?.oldest?.getTime() };
  });
}

/** The work of sending, across trusts and shared by all replicas. */
export function createDeliveries(db: Kysely<Tables>): Deliveries {
  return {
    claim: ({ at, leaseMs, limit, perWebhook, perTrust, busy }) =>
      asRole(db, JOBS, async (trx) => {
        const now = new Date(at);
        const lease = randomUUID();
        // Two workers never meet: what one has locked the other passes over, and then it is leased. Whose turn it is
        // chance decides: in any fixed order those in front could keep all places for ever.
        const { rows } = await sql<
          EventRow & { webhook_id: string; url: string; attempts: number }
        >`
          with ready as (
            select w.id, w.url, row_number() over (partition by w.ods_code order by random())
              + (select count(*) from webhooks b where b.ods_code = w.ods_code
                and b.id = any(${busy}::uuid[])) as place
            from webhooks w where w.state = 'active' and not w.id = any(${busy}::uuid[])
              and exists (select from deliveries d where d.webhook_id = w.id and ${isDue(now)})
          ), turn as (
            select id, url from ready where place <= ${perTrust} order by random()
          ), due as (
            select d.webhook_id, d.event_id, turn.url from turn cross join lateral (
              select webhook_id, event_id from deliveries d
              where d.webhook_id = turn.id and ${isDue(now)}
              order by next_attempt_at, event_number limit ${perWebhook} for update skip locked
            ) d limit ${limit}
          ), claimed as (
            update deliveries d set lease = ${lease}, leased_until = ${new Date(at + leaseMs)}
            from due where d.webhook_id = due.webhook_id and d.event_id = due.event_id
            returning d.webhook_id, due.url, d.attempts, d.event_id
          )
          select c.webhook_id, c.url, c.attempts, e.id, e.number, e.credential_id, e.issuer,
            e.status_purpose, e.value, e.list_version, e.at
          from claimed c join events e on e.id = c.event_id order by e.number`.execute(trx);
        return rows.map((row) => ({
          webhookId: row.webhook_id,
          url: row.url,
          lease,
          attempts: row.attempts,
          event: toStatusEvent(row),
        }));
      }),

    settle: (delivery, result) =>
      asRole(db, JOBS, async (trx) => {
        const { at, answer, outcome } = result;
        const nextAttemptAt = 'nextAttemptAt' in result ? new Date(result.nextAttemptAt) : null;
        const states = { delivered: 'delivered', retry: 'waiting', dead: 'dead', gone: 'dead' };
        const isDelivered = outcome === 'delivered';
        // First: several attempts may hear at once that it is over, and each touches the others' deliveries.
        if (outcome === 'gone') await lockWebhook(trx, delivery.webhookId);
        await sql`update deliveries set state = ${states[outcome]}, attempts = attempts + 1,
            last_attempt_at = ${new Date(at)}, last_answer = ${answer},
            next_attempt_at = ${nextAttemptAt}, lease = null, leased_until = null
          where webhook_id = ${delivery.webhookId} and event_id = ${delivery.event.id}
            and (lease = ${delivery.lease} or (${isDelivered} and state = 'waiting'))`.execute(trx);
        if (outcome === 'gone') await endGone(trx, delivery, at);
      }),
  };
}

function isDue(now: Date) {
  return sql`d.state = 'waiting' and d.next_attempt_at <= ${now}
    and (d.leased_until is null or d.leased_until <= ${now})`;
}

async function lockWebhook(trx: Transaction<Tables>, webhookId: string): Promise<void> {
  await trx
    .selectFrom('webhooks')
    .select('id')
    .where('id', '=', webhookId)
    .forNoKeyUpdate()
    .execute();
}

async function endGone(
  trx: Transaction<Tables>,
  { webhookId }: ClaimedDelivery,
  at: number,
): Promise<void> {
  const ended = await trx
    .updateTable('webhooks')
    .set({ state: 'ended', ended_at: new Date(at) })
    .where('id', '=', webhookId)
    .where('state', '=', 'active')
    .returning('ods_code')
    .executeTakeFirst();
  if (ended === undefined) return;
  await buryWaiting(trx, webhookId);
  const subject = { webhook: webhookId };
  await appendAudit(trx, at, [{ action: 'webhook.gone', odsCode: ended.ods_code, subject }]);
}

/** What waits for a webhook that has ended becomes a dead letter. An attempt under way may still deliver. */
export async function buryWaiting(trx: Transaction<Tables>, webhookId: string): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ state: 'dead', next_attempt_at: null, lease: null, leased_until: null })
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'waiting')
    .execute();
}
