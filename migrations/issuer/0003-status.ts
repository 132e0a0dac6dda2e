import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

const SCHEMA = 'issuer';

/** Why and by whom a status was changed, changes of many credentials at once, and lists of two bits an entry. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await labelCredentials(db);
  await createStatusChanges(db);
  await createStatusBatches(db);
  await sql`alter table signed_lists drop constraint signed_lists_purpose_check`.execute(db);
  await sql`alter table signed_lists add constraint signed_lists_purpose_check
    check (purpose in ('revocation', 'suspension', 'message', 'token'))`.execute(db);
}

/**
 * What a change of many selects by: the caller's label, and the provider that the document names. That is generated, so
 * that rows from before have it too, and those that the release before writes while this one comes.
 */
async function labelCredentials(db: Kysely<unknown>): Promise<void> {
  await sql`alter table credentials add column batch text, add column provider text
    generated always as (case when document like '{%'
      then document::jsonb -> 'trustFramework' ->> 'provider' end) stored`.execute(db);
  await sql`create index credentials_of_batch on credentials (ods_code, batch)
    where batch is not null`.execute(db);
  await sql`create index credentials_of_key on credentials (ods_code, key_thumbprint)`.execute(db);
}

/** Each change of a status, with its words for the holder and for the employer: kept here and nowhere else. */
async function createStatusChanges(db: Kysely<unknown>): Promise<void> {
  await sql`create table credential_status_changes (
    id bigint generated always as identity primary key,
    ods_code text not null,
    credential_id uuid not null,
    status text not null check (status in ('active', 'suspended', 'revoked')),
    reason text not null,
    holder_text text,
    internal_note text,
    client_id text not null,
    person text,
    status_batch_id uuid,
    changed_at timestamptz not null
  )`.execute(db);
  await sql`create index credential_status_changes_in_order on credential_status_changes
    (credential_id, changed_at, id)`.execute(db);
  await tenantTable(db, SCHEMA, 'credential_status_changes');
  await grantTable(db, SCHEMA, 'credential_status_changes', { login: 'select, insert' });
}

async function createStatusBatches(db: Kysely<unknown>): Promise<void> {
  await sql`create table status_batches (
    id uuid primary key,
    ods_code text not null,
    client_id text not null,
    person text,
    selection jsonb not null,
    status text not null check (status in ('active', 'suspended', 'revoked')),
    reason text not null,
    holder_text text,
    internal_note text,
    count integer not null,
    approval_needed boolean not null,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    state text not null default 'previewed' check (state in
      ('previewed', 'awaiting-approval', 'running', 'undo-window', 'done', 'undone', 'rejected')),
    step text check (step in ('change', 'suspend', 'revoke', 'lift')),
    changed integer not null default 0,
    refused integer not null default 0,
    confirmed_by text,
    decided_by text,
    undo_until timestamptz,
    undone_by_client text,
    undone_by_person text,
    worker uuid,
    worker_until timestamptz,
    constraint running_has_a_step check ((state = 'running') = (step is not null))
  )`.execute(db);
  await sql`create index status_batches_newest on status_batches
    (ods_code, proposed_at desc, id desc)`.execute(db);
  await sql`create index status_batches_with_work on status_batches (proposed_at)
    where state in ('running', 'undo-window')`.execute(db);
  await tenantTable(db, SCHEMA, 'status_batches');
  await grantTable(db, SCHEMA, 'status_batches', {
    login: `select, insert, update (state, step, changed, refused, confirmed_by, decided_by,
      undo_until, undone_by_client, undone_by_person, worker, worker_until)`,
    // which have work to do, and no word of what was said
    jobs: 'select (id, ods_code, state, proposed_at, expires_at, undo_until, worker, worker_until)',
  });

  await sql`create table status_batch_items (
    batch_id uuid not null,
    number integer not null,
    ods_code text not null,
    credential_id uuid not null,
    -- as the credential stood when its turn came: what undoing restores
    prior text check (prior in ('active', 'suspended', 'revoked')),
    outcome text not null default 'waiting'
      check (outcome in ('waiting', 'suspended', 'changed', 'refused', 'undone')),
    primary key (batch_id, number),
    constraint status_batch_items_once unique (batch_id, credential_id)
  )`.execute(db);
  await sql`create index status_batch_items_next on status_batch_items
    (batch_id, outcome, number)`.execute(db);
  await sql`create index status_batch_items_held on status_batch_items (credential_id)
    where outcome = 'suspended'`.execute(db);
  await tenantTable(db, SCHEMA, 'status_batch_items');
  await grantTable(db, SCHEMA, 'status_batch_items', {
    login: 'select, insert, update (prior, outcome)',
    jobs: 'select (batch_id, number), delete',
  });
}
