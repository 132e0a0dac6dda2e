import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

const SCHEMA = 'status_list';

/**
 * Indexes are leased from pairs of lists, changes of their bits are recorded, and versions are published.
 * Nothing here is ever deleted: an index is given once for ever and a version never comes again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createPairs(db);
  await createLists(db);
  await createLeases(db);
  await createChanges(db);
  await createPublishedLists(db);
}

/** `next_slice` counts the slices of the permutation that were leased. */
async function createPairs(db: Kysely<unknown>): Promise<void> {
  await sql`create table list_pairs (
    id uuid primary key,
    ods_code text not null,
    state text not null check (state in ('preparing', 'open', 'full')),
    size integer not null check (size >= 131072 and size % slice_size = 0),
    slice_size integer not null check (slice_size > 0),
    next_slice integer not null default 0 check (next_slice between 0 and size / slice_size),
    sealed_secret bytea not null,
    created_at timestamptz not null
  )`.execute(db);
  // however many requests want a new pair at once, a trust gets one
  await sql`create unique index list_pairs_one_preparing on list_pairs (ods_code)
    where state = 'preparing'`.execute(db);
  await sql`create unique index list_pairs_one_open on list_pairs (ods_code)
    where state = 'open'`.execute(db);
  await tenantTable(db, SCHEMA, 'list_pairs');
  await grantTable(db, SCHEMA, 'list_pairs', {
    login: 'select, insert, update (state, next_slice)',
    jobs: 'select',
  });
}

/** `last_version` is the newest that was allotted; it is at or ahead of the newest published. */
async function createLists(db: Kysely<unknown>): Promise<void> {
  await sql`create table lists (
    id uuid primary key,
    pair_id uuid not null references list_pairs,
    ods_code text not null,
    purpose text not null check (purpose in ('revocation', 'suspension')),
    last_version bigint not null default 0,
    unique (pair_id, purpose)
  )`.execute(db);
  await tenantTable(db, SCHEMA, 'lists');
  await grantTable(db, SCHEMA, 'lists', {
    login: 'select, insert',
    jobs: 'select, update (last_version)',
  });
}

async function createLeases(db: Kysely<unknown>): Promise<void> {
  // the primary key is the second lock on "never leased twice"; the first is list_pairs.next_slice
  await sql`create table leases (
    pair_id uuid not null references list_pairs,
    slice integer not null,
    ods_code text not null,
    client_id text not null,
    leased_at timestamptz not null,
    primary key (pair_id, slice)
  )`.execute(db);
  await tenantTable(db, SCHEMA, 'leases');
  await grantTable(db, SCHEMA, 'leases', { login: 'select, insert' });
}

/** `changes` is what was asked for, in order, and the version that first had it; `bits` is what stands now. */
async function createChanges(db: Kysely<unknown>): Promise<void> {
  await sql`create table changes (
    number bigint generated always as identity primary key,
    list_id uuid not null references lists,
    ods_code text not null,
    index integer not null,
    value boolean not null,
    reason text not null,
    client_id text not null,
    changed_at timestamptz not null,
    published_version bigint
  )`.execute(db);
  await sql`create index changes_unpublished on changes (list_id, changed_at)
    where published_version is null`.execute(db);
  await tenantTable(db, SCHEMA, 'changes');
  await grantTable(db, SCHEMA, 'changes', {
    login: 'select, insert',
    jobs: 'select, update (published_version)',
  });

  await sql`create table bits (
    list_id uuid not null references lists,
    index integer not null,
    ods_code text not null,
    value boolean not null,
    changed_at timestamptz not null,
    primary key (list_id, index)
  )`.execute(db);
  await sql`create index bits_set on bits (list_id, index) where value`.execute(db);
  await tenantTable(db, SCHEMA, 'bits');
  await grantTable(db, SCHEMA, 'bits', {
    login: 'select, insert, update (value, changed_at)',
    jobs: 'select',
  });
}

/** The newest signed version of each list, as served. */
async function createPublishedLists(db: Kysely<unknown>): Promise<void> {
  await sql`create table published_lists (
    list_id uuid primary key references lists,
    ods_code text not null,
    version bigint not null,
    document text not null,
    digest bytea not null check (length(digest) = 32),
    etag text not null,
    valid_until timestamptz not null,
    published_at timestamptz not null
  )`.execute(db);
  // gzip has left nothing to compress
  await sql`alter table published_lists alter column document set storage external`.execute(db);
  await tenantTable(db, SCHEMA, 'published_lists');
  await grantTable(db, SCHEMA, 'published_lists', {
    login: 'select',
    jobs: 'select, insert, update',
  });
}
