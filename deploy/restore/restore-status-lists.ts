import type { Client } from 'pg';
import { type AuditEvent, serialiseEvent } from '#ledger/audit';
import { findMissing, lookForLoss, type RestoreReport } from './find-missing.ts';
import { gatherFromExport, gatherFromIssuer } from './gather.ts';

export interface RestoreOptions {
  /** milliseconds since the epoch */
  now: number;
  /** audit exports of the issuer or of the status-list service, line by line */
  exports?: Iterable<AsyncIterable<string> | Iterable<string>>;
  /** versions of list files, by list id */
  fileVersions?: ReadonlyMap<string, number>;
  /** lift the fences although revocations are lost that nothing here tells of */
  acceptLoss?: boolean;
}

/** Bitstring Status List 1.0 §3.2: every list that was ever made has as many. */
const ENTRIES = 131_072;
const SLICE = 64;
const AUDIT_BATCH = 500;

/**
 * Brings the schema `status_list`, which was restored from a backup, to where no list, index or revocation of later
 * than the backup is contradicted. In one transaction that is alone with the tables:
 * 1. every pair is retired: which of its slices were leased since is not known. One that nobody knows a signed list
 *    of is only closed: its lists have no signature to renew;
 * 2. pairs and lists that credentials name and the backup lacks are made again;
 * 3. every list's version goes above whatever was signed or written of it, and its stored version, which is an old
 *    one, goes: it is not served until it is signed again;
 * 4. revocations and suspensions that the issuer has, or an audit export tells of, are set where they are missing;
 * 5. the fences are lifted, unless list files show that the issuer's tables are old too and no export was given: then
 *    revocations that were public would be taken back.
 * Run again, it finds the same and changes no bit.
 * @param admin the administrator: row-level security must not bind it
 * @throws Error, before anything is changed, when it cannot see every row of both schemas
 */
export async function restoreStatusLists(
  admin: Client,
  { now, exports = [], fileVersions = new Map(), acceptLoss = false }: RestoreOptions,
): Promise<RestoreReport> {
  // to whom row-level security shows no rows, everything would look as if nothing had been lost
  await admin.query('set row_security = off');
  for (const table of ['status_list.lists', 'issuer.credentials', 'issuer.signed_lists']) {
    await admin.query(`select 1 from ${table} limit 1`);
  }
  // committed first: from here on no replica signs, serves or leases
  await admin.query(
    `insert into status_list.fences (cause, detail, raised_at) values ('operator', 'restore', $1)
      on conflict do nothing`,
    [new Date(now)],
  );
  await admin.query('begin');
  try {
    await admin.query(`lock table status_list.list_pairs, status_list.lists, status_list.leases,
      status_list.changes, status_list.bits, status_list.published_lists,
      status_list.unpublished, status_list.fences in share row exclusive mode`);
    await createWorkTables(admin);
    await gatherFromIssuer(admin);
    let isExported = false;
    for (const lines of exports) {
      await gatherFromExport(admin, lines);
      isExported = true;
    }

    const report = emptyReport();
    if (!isExported) await lookForLoss(admin, fileVersions, report);
    report.pairsMadeAgain = await makePairsAgain(admin, now);
    report.listsMadeAgain = await makeListsAgain(admin);
    report.pairsRetired = await retirePairs(admin, now);
    await raiseVersions(admin, now, fileVersions);
    await replay(admin, now, report);
    await findMissing(admin, fileVersions, report);
    await finish(admin, now, report);
    if (!report.isLossSeen || acceptLoss) await liftFences(admin, now);
    await admin.query('commit');
    return report;
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
}

function emptyReport(): RestoreReport {
  const none = { pairsRetired: 0, pairsMadeAgain: 0, listsMadeAgain: 0 };
  const changes = { revoked: 0, suspended: 0, reinstated: 0 };
  return { ...none, ...changes, isLossSeen: false, notRestored: [], notes: [] };
}

/** What is known from outside the restored schema: which lists a pair has, and what stands at which index since when. */
async function createWorkTables(admin: Client): Promise<void> {
  await admin.query(`
    create temporary table known_lists (
      pair_id uuid not null, ods_code text not null, purpose text not null, list_id uuid not null
    ) on commit drop;
    create temporary table known_pairs (pair_id uuid primary key, ods_code text not null)
      on commit drop;
    create temporary table standing (
      pair_id uuid not null, ods_code text not null, index integer not null, purpose text not null,
      value boolean not null, reason text not null, changed_at timestamptz not null
    ) on commit drop`);
}

async function makePairsAgain(admin: Client, now: number): Promise<number> {
  const { rowCount } = await admin.query(
    `insert into status_list.list_pairs (id, ods_code, state, size, slice_size, next_slice,
        sealed_secret, created_at, restored_at)
      select k.pair_id, k.ods_code, 'full', ${ENTRIES}, ${SLICE}, ${ENTRIES / SLICE}, null, $1, $1
        from known_pairs k
        where exists (select 1 from known_lists l where l.pair_id = k.pair_id)
      on conflict (id) do nothing`,
    [new Date(now)],
  );
  return rowCount ?? 0;
}

/** A base list that no credential names may have any id: a pair has both. */
async function makeListsAgain(admin: Client): Promise<number> {
  const named = await admin.query(
    `insert into status_list.lists (id, pair_id, ods_code, purpose)
      select distinct on (k.pair_id, k.purpose) k.list_id, k.pair_id, p.ods_code, k.purpose
        from known_lists k
        join status_list.list_pairs p on p.id = k.pair_id and p.ods_code = k.ods_code
        order by k.pair_id, k.purpose, k.list_id
      on conflict do nothing`,
  );
  const unnamed = await admin.query(
    `insert into status_list.lists (id, pair_id, ods_code, purpose)
      select gen_random_uuid(), p.id, p.ods_code, purpose
        from status_list.list_pairs p, unnest(array['revocation', 'suspension']) purpose
        where not exists (select 1 from status_list.lists l
          where l.pair_id = p.id and l.purpose = purpose.purpose)`,
  );
  return (named.rowCount ?? 0) + (unnamed.rowCount ?? 0);
}

async function retirePairs(admin: Client, now: number): Promise<number> {
  const { rowCount } = await admin.query(
    `update status_list.list_pairs p set state = 'full', restored_at = $1
      where p.restored_at is null and (p.next_slice > 0
        or exists (select 1 from known_pairs k where k.pair_id = p.id)
        or exists (select 1 from status_list.lists l where l.pair_id = p.id and (
          exists (select 1 from issuer.signed_lists s where s.list_id = l.id)
          or exists (select 1 from status_list.published_lists d where d.list_id = l.id))))`,
    [new Date(now)],
  );
  await admin.query(`update status_list.list_pairs set state = 'full' where state <> 'full'`);
  return rowCount ?? 0;
}

async function raiseVersions(
  admin: Client,
  now: number,
  fileVersions: ReadonlyMap<string, number>,
): Promise<void> {
  await admin.query(
    `update status_list.lists l
      set asked_version = null, asked_after = null, last_version = greatest(
        l.last_version, $1::bigint,
        (select s.version from issuer.signed_lists s where s.list_id = l.id),
        (select max(f.version) from unnest($2::uuid[], $3::bigint[]) f (list_id, version)
          where f.list_id = l.id))`,
    [now, [...fileVersions.keys()], [...fileVersions.values()]],
  );
  await admin.query('delete from status_list.published_lists');
}

/** A revocation is final, so any one that is told of stands; of suspensions the latest does, when later than ours. */
async function replay(admin: Client, now: number, report: RestoreReport): Promise<void> {
  await admin.query(`
    create temporary table replayed on commit drop as
      select distinct on (l.id, s.index) l.id as list_id, l.pair_id, l.ods_code, l.purpose,
          s.index, s.value, s.reason, s.changed_at as told_at, greatest(s.changed_at, b.changed_at + interval '1 ms',
            other.changed_at + interval '1 ms') as changed_at
        from standing s
        join status_list.list_pairs p on p.id = s.pair_id and p.ods_code = s.ods_code
          and s.index between 0 and p.size - 1
        join status_list.lists l on l.pair_id = p.id and l.purpose = s.purpose
        left join status_list.bits b on b.list_id = l.id and b.index = s.index
        left join lateral (
          select max(o.changed_at) as changed_at from status_list.bits o
            join status_list.lists ol on ol.id = o.list_id
            where ol.pair_id = l.pair_id and o.index = s.index
        ) other on true
        where s.purpose = 'suspension' or s.value
        order by l.id, s.index, s.changed_at desc`);
  await admin.query(`
    delete from replayed r using status_list.bits b
      where b.list_id = r.list_id and b.index = r.index
        and (b.value = r.value or (r.purpose = 'suspension' and b.changed_at >= r.told_at))`);
  // cleared is how a bit stands that nobody ever set
  await admin.query(`
    delete from replayed r where not r.value and not exists
      (select 1 from status_list.bits b where b.list_id = r.list_id and b.index = r.index)`);
  await admin.query(`
    insert into status_list.changes
        (list_id, ods_code, index, value, reason, client_id, changed_at)
      select list_id, ods_code, index, value, reason, 'status-restore', changed_at
        from replayed order by changed_at`);
  await admin.query(`
    insert into status_list.bits (list_id, ods_code, index, value, changed_at)
      select list_id, ods_code, index, value, changed_at from replayed
      on conflict (list_id, index)
        do update set value = excluded.value, changed_at = excluded.changed_at`);
  const { rows } = await admin.query<ReplayedRow>(
    'select pair_id, list_id, ods_code, purpose, index, value, reason from replayed',
  );
  const events = rows.map(toEvent);
  for (let from = 0; from < events.length; from += AUDIT_BATCH) {
    await appendAudit(admin, now, events.slice(from, from + AUDIT_BATCH));
  }
  const count = (action: string) => events.filter((event) => event.action === action).length;
  report.revoked = count('index.revoked');
  report.suspended = count('index.suspended');
  report.reinstated = count('index.reinstated');
}

interface ReplayedRow {
  pair_id: string;
  list_id: string;
  ods_code: string;
  purpose: 'revocation' | 'suspension';
  index: number;
  value: boolean;
  reason: string;
}

function toEvent({ pair_id, list_id, ods_code, purpose, index, value, reason }: ReplayedRow) {
  const suspension = value ? 'index.suspended' : 'index.reinstated';
  return {
    action: purpose === 'revocation' ? 'index.revoked' : suspension,
    odsCode: ods_code,
    clientId: 'status-restore',
    subject: { pair: pair_id, list: list_id, index, reason },
  };
}

async function finish(admin: Client, now: number, report: RestoreReport): Promise<void> {
  const { pairsRetired, pairsMadeAgain, revoked, suspended, reinstated, notRestored } = report;
  const counts = { pairsRetired, pairsMadeAgain, revoked, suspended, reinstated };
  const subject = { ...counts, notRestored: notRestored.length };
  await appendAudit(admin, now, [
    { action: 'database.restored', clientId: 'status-restore', subject },
  ]);
}

async function liftFences(admin: Client, now: number): Promise<void> {
  await admin.query('insert into status_list.restores (restored_at) values ($1)', [new Date(now)]);
  await admin.query('update status_list.fences set lifted_at = $1 where lifted_at is null', [
    new Date(now),
  ]);
}

async function appendAudit(admin: Client, now: number, events: AuditEvent[]): Promise<void> {
  await admin.query('select status_list.audit_append($1::timestamptz, $2::text[])', [
    new Date(now),
    events.map(serialiseEvent),
  ]);
}
