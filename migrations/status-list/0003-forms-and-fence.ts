import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

const SCHEMA = 'status_list';

/** Lists of two bits an entry, a note for each list of each change that it lacks, and what a restore needs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table lists drop constraint lists_purpose_check`.execute(db);
  await sql`alter table lists add constraint lists_purpose_check
    check (purpose in ('revocation', 'suspension', 'message', 'token'))`.execute(db);
  await createUnpublished(db);
  await createAsked(db);
  await createFences(db);
  await recoverPairs(db);
}

/**
 * A row for each list that shows a change and has no version with it yet. The trigger writes them, so that whoever
 * writes a change, older code and a restore included, makes every list of the pair due. Rows go when a version has
 * the change: `changes` is the record that stays.
 */
async function createUnpublished(db: Kysely<unknown>): Promise<void> {
  await sql`create table unpublished (
    list_id uuid not null references lists,
    change_number bigint not null references changes,
    ods_code text not null,
    changed_at timestamptz not null,
    primary key (list_id, change_number)
  )`.execute(db);
  await sql`create index unpublished_oldest on unpublished (changed_at)`.execute(db);
  // FORCE hides the rows from their owner too, who would then copy none
  await sql`alter table changes no force row level security`.execute(db);
  await sql`insert into unpublished (list_id, change_number, ods_code, changed_at)
    select list_id, number, ods_code, changed_at from changes
      where published_version is null`.execute(db);
  await sql`alter table changes force row level security`.execute(db);
  await tenantTable(db, SCHEMA, 'unpublished');
  await grantTable(db, SCHEMA, 'unpublished', {
    login: 'select, insert',
    jobs: 'select, delete',
  });

  await sql`create function note_unpublished() returns trigger language plpgsql
    set search_path = pg_catalog, pg_temp as $$
    begin
      insert into status_list.unpublished (list_id, change_number, ods_code, changed_at)
        select shown.id, i.number, i.ods_code, i.changed_at
          from inserted i
          join status_list.lists own on own.id = i.list_id
          join status_list.lists shown on shown.pair_id = own.pair_id
            and (shown.id = own.id or shown.purpose in ('message', 'token'));
      return null;
    end $$`.execute(db);
  await sql`revoke all on function note_unpublished() from public`.execute(db);
  await sql`grant execute on function note_unpublished()
    to status_list_login, status_list_jobs`.execute(db);
  await sql`create trigger note_unpublished after insert on changes
    referencing new table as inserted
    for each statement execute function note_unpublished()`.execute(db);
}

/**
 * The version that the issuer was asked to sign and has not answered for, and the highest allotted before it. While
 * they stand, nothing later may be told to the issuer as known: domain/publish-list.ts says why.
 */
async function createAsked(db: Kysely<unknown>): Promise<void> {
  await sql`alter table lists
    add column asked_version bigint,
    add column asked_after bigint,
    add constraint lists_asked check ((asked_version is null) = (asked_after is null))`.execute(db);
  await sql`grant update (asked_version, asked_after) on lists to status_list_jobs`.execute(db);
}

/**
 * A fence stands while something showed that this database is older than what was published from it: no list is
 * signed, served or leased from. Only the administrator's restore lifts it, by a row in `restores`.
 */
async function createFences(db: Kysely<unknown>): Promise<void> {
  await sql`create table fences (
    id bigint generated always as identity primary key,
    cause text not null check (cause in ('issuer', 'checkpoint', 'list-file', 'operator')),
    list_id uuid,
    detail text not null,
    raised_at timestamptz not null,
    lifted_at timestamptz
  )`.execute(db);
  await sql`create unique index fences_standing on fences (cause, list_id) nulls not distinct
    where lifted_at is null`.execute(db);
  await grantTable(db, SCHEMA, 'fences', { login: 'select', jobs: 'select, insert' });

  await sql`create table restores (
    id bigint generated always as identity primary key,
    restored_at timestamptz not null
  )`.execute(db);
  await grantTable(db, SCHEMA, 'restores', { login: 'select', jobs: 'select' });
}

/**
 * After a restore nobody knows which slices of a pair were leased: all of its indexes count as leased from
 * `restored_at` on, and none is leased again. The secret of a pair that had to be made again is lost.
 */
async function recoverPairs(db: Kysely<unknown>): Promise<void> {
  await sql`alter table list_pairs
    add column restored_at timestamptz,
    alter column sealed_secret drop not null,
    add constraint list_pairs_restored check (restored_at is null or state = 'full'),
    add constraint list_pairs_secret check (sealed_secret is not null or restored_at is not null)`.execute(
    db,
  );
}
