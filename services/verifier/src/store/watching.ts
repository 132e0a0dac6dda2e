import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole, runAlone } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import { purgeAnswers } from '#ledger/idempotency';
import type { EntryChange, ListComparison, Watching } from '../domain/watching/ports.ts';
import type { Tables } from './tables.ts';

const DAY = 86_400_000;
const JOBS = 'verifier_jobs';
const WATCHER_LOCK = 'verifier:watcher';
const EVENTS_LOCK = 'verifier:events';

export interface WatchingStore extends Watching {
  /** Forgets what is watched no longer, older events and ended webhooks with their deliveries, and answers of a day ago. Milliseconds. */
  purge(times: { at: number; eventsBefore: number }): Promise<void>;
}

interface WatchedRow {
  url: string;
  isToken: boolean;
  version: number | null;
  fresh: boolean;
}

/** What the watcher reads and writes, across trusts. */
export function createWatchingStore(db: Kysely<Tables>): WatchingStore {
  return {
    alone: (work) => runAlone(db, WATCHER_LOCK, work),

    watchedLists: (at) =>
      asRole(db, JOBS, async (trx) => {
        const { rows } = await sql<WatchedRow>`
          select r.list_url as url, r.status_purpose = 'token' as "isToken",
            w.compared_version as version, bool_or(not r.compared) as fresh
          from reliances r left join watched_lists w on w.list_url = r.list_url
          where r.watched_until > ${new Date(at)} group by 1, 2, 3`.execute(trx);
        return rows.map(({ url, isToken, version, fresh }) => ({
          url,
          kind: isToken ? 'token' : 'bitstring',
          comparedVersion: version ?? undefined,
          hasNewEntries: fresh,
        }));
      }),

    compare: (comparison) => asRole(db, JOBS, (trx) => compareList(trx, comparison)),

    purge: ({ at, eventsBefore }) =>
      asRole(db, JOBS, async (trx) => {
        await trx.deleteFrom('reliances').where('watched_until', '<', new Date(at)).execute();
        await trx.deleteFrom('events').where('at', '<', new Date(eventsBefore)).execute();
        await trx
          .deleteFrom('webhooks')
          .where('state', '=', 'ended')
          .where('ended_at', '<', new Date(eventsBefore))
          .execute();
        await sql`delete from watched_lists w
          where not exists (select from reliances r where r.list_url = w.list_url)`.execute(trx);
        await purgeAnswers(trx, new Date(at - DAY));
      }),
  };
}

/*
 * Why nothing is told twice or missed. The list's row is locked first, so comparisons of one list come one after the
 * other; each reads the values as the one before left them, and an older version than the one compared is not looked
 * at. Events, their deliveries and the new values commit together: a crash tells all of it again or nothing. Entries
 * are marked as compared before they are read: what commits in between is read too, or has `compared` false and is met
 * at the next pass, also when the list is the same. `list_version` keeps an entry from being compared with a list
 * older than the one that was relied on.
 *
 * A trust may rely on several forms of one credential, whose entries stand in several lists. It is one revocation: the
 * first list that shows it tells it. A suspension begins with the first list too, and ends with the last, because the
 * others have their next version a moment later. Under the lock of the events each comparison sees the values of those
 * before it.
 */
async function compareList(
  trx: Transaction<Tables>,
  { list, purpose, at, changesIn }: ListComparison,
): Promise<number> {
  if (!(await lockList(trx, list, at))) return 0;
  const ofList = () =>
    sql`r.list_url = ${list.url} and r.issuer = ${list.issuer} and r.status_purpose = ${purpose}
      and r.list_version <= ${list.version} and r.watched_until > ${new Date(at)}`;
  const readChanges = async () => {
    const { rows: entries } = await sql<{ index: number; value: number }>`
      select distinct r.list_index as index, r.value from reliances r where ${ofList()}`.execute(
      trx,
    );
    return changesIn(entries);
  };
  await lockEntries(trx, ofList(), await readChanges());
  await sql`update reliances r set compared = true
    where ${ofList()} and not r.compared`.execute(trx);
  const changes = await readChanges();
  if (changes.length === 0) return 0;
  const told = await insertEvents(trx, changes, { list, at, ofList });
  if (told.length === 0) return 0;
  await insertDeliveries(trx, told, at);
  const subject = {
    list: createHash('sha256').update(list.url).digest('hex'),
    version: list.version,
    events: told.length,
  };
  await appendAudit(trx, at, [{ action: 'reliance.status-told', subject }]);
  return told.length;
}

/** What is about to be written, in the order in which verifications write it: neither waits for the other in a circle. */
async function lockEntries(
  trx: Transaction<Tables>,
  ofList: ReturnType<typeof sql>,
  changes: readonly EntryChange[],
): Promise<void> {
  const indexes = changes.map(({ index }) => index);
  await sql`select from reliances r
    where ${ofList} and (not r.compared or r.list_index = any(${indexes}::bigint[]))
    order by r.ods_code, r.issuer, r.credential_id, r.status_purpose for no key update`.execute(
    trx,
  );
}

/** @returns false when a newer version was compared before */
async function lockList(
  trx: Transaction<Tables>,
  { url, version }: ListComparison['list'],
  at: number,
): Promise<boolean> {
  const row = { compared_version: version, compared_at: new Date(at) };
  const { rows } = await sql`insert into watched_lists (list_url, compared_version, compared_at)
    values (${url}, ${row.compared_version}, ${row.compared_at})
    on conflict (list_url) do update
      set compared_version = excluded.compared_version, compared_at = excluded.compared_at
      where watched_lists.compared_version <= excluded.compared_version
    returning 1`.execute(trx);
  return rows.length === 1;
}

async function insertEvents(
  trx: Transaction<Tables>,
  changes: readonly EntryChange[],
  {
    list,
    at,
    ofList,
  }: Pick<ListComparison, 'list' | 'at'> & { ofList: () => ReturnType<typeof sql> },
): Promise<string[]> {
  // Numbers are given under this lock, which ends after its rows are visible: a reader that goes on from the highest
  // number it saw misses none.
  await sql`select pg_advisory_xact_lock(hashtextextended(${EVENTS_LOCK}, 0))`.execute(trx);
  const column = <K extends keyof EntryChange>(name: K) => changes.map((change) => change[name]);
  const { rows } = await sql<{ id: string }>`
    with change as (
      select * from unnest(${column('index')}::bigint[], ${column('before')}::smallint[],
        ${column('after')}::smallint[], ${column('purpose')}::text[], ${column('value')}::boolean[]
      ) as c (list_index, before, after, purpose, told)
    ), changed as (
      update reliances r set value = c.after from change c
      where ${ofList()} and r.list_index = c.list_index and r.value = c.before
      returning r.ods_code, r.credential_id, r.issuer, r.status_purpose, c.purpose, c.told
    )
    insert into events
      (id, ods_code, credential_id, issuer, status_purpose, value, list_version, at)
    select gen_random_uuid(), ods_code, credential_id, issuer, purpose, told,
      ${list.version}::bigint, ${new Date(at)}::timestamptz
    from changed c where not exists (${toldByAnotherForm(at)}) returning id`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * Entries of the same credential in other lists, of which it is known that they say so too. One that says revoked
 * leaves nothing to tell of a suspension: that it ended would read as if the credential were good again.
 */
function toldByAnotherForm(at: number) {
  return sql`select from reliances o
    where (o.ods_code, o.issuer, o.credential_id) = (c.ods_code, c.issuer, c.credential_id)
      and o.status_purpose <> c.status_purpose and o.watched_until > ${new Date(at)}
      and case when c.purpose = 'suspension' then o.value <> 0
        when o.status_purpose in ('message', 'token') then o.value in (1, 3)
        else o.status_purpose = 'revocation' and o.value <> 0 end`;
}

async function insertDeliveries(
  trx: Transaction<Tables>,
  eventIds: readonly string[],
  at: number,
): Promise<void> {
  // A webhook that is being ended is waited for, so that nothing waits for one that has ended.
  await sql`insert into deliveries (webhook_id, event_id, ods_code, event_number, next_attempt_at)
    select w.id, e.id, e.ods_code, e.number, ${new Date(at)}::timestamptz
    from events e join webhooks w on w.ods_code = e.ods_code and w.state = 'active'
    where e.id = any(${eventIds}::uuid[]) for share of w`.execute(trx);
}
