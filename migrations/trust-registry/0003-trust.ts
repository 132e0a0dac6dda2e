import { type Kysely, sql } from 'kysely';
import { grantTable } from '../shared.ts';

const SCHEMA = 'trust_registry';

/*
 * Changes that two people make, dated status, lead employers, signatories, the go-live checklist; and every version
 * that a record ever had. Nothing of what was known is rewritten: `record_versions` only grows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await extendOrganisations(db);
  await extendAccreditations(db);
  await createRelations(db);
  await createChecklist(db);
  await createChanges(db);
  await createVersions(db);
}

async function extendOrganisations(db: Kysely<unknown>): Promise<void> {
  await sql`alter table organisations drop constraint organisations_kind_check`.execute(db);
  await sql`alter table organisations add constraint organisations_kind_check
    check (kind in ('ics', 'network', 'trust'))`.execute(db);
  await sql`alter table organisations drop constraint organisations_status_check`.execute(db);
  await sql`alter table organisations add constraint organisations_status_check
    check (status in ('invited', 'registered', 'suspended', 'closed', 'merged'))`.execute(db);
  await sql`alter table organisations
    add column admitted_by text collate "C" references organisations,
    add column system_approach text
      check (system_approach in ('full-ics', 'part-ics', 'network')),
    add column merged_into text collate "C" references organisations,
    add constraint merged_names_its_heir check ((status = 'merged') = (merged_into is not null)),
    add constraint approach_of_admitting_bodies
      check (kind <> 'trust' or system_approach is null)`.execute(db);
  await sql`update organisations set admitted_by = ics_ods_code`.execute(db);
  await sql`grant update (merged_into) on organisations to trust_registry_login`.execute(db);

  await sql`alter table keys add column state_reason text`.execute(db);
  await sql`grant update (state_reason) on keys to trust_registry_login`.execute(db);

  await sql`create table organisation_statuses (
    ods_code text collate "C" not null references organisations,
    number integer not null,
    status text not null
      check (status in ('invited', 'registered', 'suspended', 'closed', 'merged')),
    valid_from timestamptz not null,
    merged_into text collate "C" references organisations,
    reason text,
    primary key (ods_code, number)
  )`.execute(db);
  // who was registered by one administrator before there was a history has been so since then
  await sql`insert into organisation_statuses (ods_code, number, status, valid_from)
    select ods_code, 1, 'registered', registered_at from organisations`.execute(db);
  await sql`insert into organisation_statuses (ods_code, number, status, valid_from, reason)
    select ods_code, 2, status, status_changed_at, status_reason from organisations
    where status <> 'registered'`.execute(db);
  await grantTable(db, SCHEMA, 'organisation_statuses', { login: 'select, insert' });
}

async function extendAccreditations(db: Kysely<unknown>): Promise<void> {
  await sql`alter table accreditations
    add column evidence text,
    add column staff_groups text[] not null default '{}',
    add column purposes text[] not null default '{}',
    add column claims text[]`.execute(db);
}

async function createRelations(db: Kysely<unknown>): Promise<void> {
  await sql`create table lead_employments (
    id uuid primary key,
    lead_ods_code text collate "C" not null references organisations,
    host_ods_code text collate "C" not null references organisations,
    staff_group text not null,
    valid_from timestamptz not null,
    valid_until timestamptz check (valid_until >= valid_from),
    check (lead_ods_code <> host_ods_code)
  )`.execute(db);
  await sql`create index on lead_employments (lead_ods_code)`.execute(db);
  await sql`create index on lead_employments (host_ods_code)`.execute(db);
  await grantTable(db, SCHEMA, 'lead_employments', {
    login: 'select, insert, update (valid_until)',
  });

  // a person by the opaque `sub` of their tokens, nothing else; never published
  await sql`create table signatories (
    ods_code text collate "C" not null references organisations,
    subject text not null check (length(subject) between 1 and 200),
    valid_from timestamptz not null,
    valid_until timestamptz,
    primary key (ods_code, subject, valid_from)
  )`.execute(db);
  await sql`create unique index signatories_standing on signatories (ods_code, subject)
    where valid_until is null`.execute(db);
  await grantTable(db, SCHEMA, 'signatories', { login: 'select, insert, update (valid_until)' });
}

async function createChecklist(db: Kysely<unknown>): Promise<void> {
  // teams' addresses, told to registered organisations and to nobody else
  await sql`create table contacts (
    ods_code text collate "C" not null references organisations,
    team text not null check (team in ('humanResources', 'occupationalHealth', 'education')),
    email text not null,
    phone text,
    primary key (ods_code, team)
  )`.execute(db);
  await grantTable(db, SCHEMA, 'contacts', {
    login: 'select, insert, update (email, phone)',
  });

  await sql`create table checklist_items (
    ods_code text collate "C" not null references organisations,
    item text not null check (item in
      ('did-control', 'keys-pinned', 'contacts', 'information-governance', 'accredited', 'test-issue')),
    done_at timestamptz not null,
    reference text,
    primary key (ods_code, item)
  )`.execute(db);
  await grantTable(db, SCHEMA, 'checklist_items', {
    login: 'select, insert, update (done_at, reference)',
  });

  await sql`create table key_challenges (
    challenge_hash bytea primary key check (length(challenge_hash) = 32),
    ods_code text collate "C" not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`.execute(db);
  await sql`create index on key_challenges (expires_at)`.execute(db);
  await grantTable(db, SCHEMA, 'key_challenges', {
    login: 'select, insert, update (used_at)',
    jobs: 'select, delete',
  });
}

/** What one person proposed and another decided. Operations and results stay as they were. */
async function createChanges(db: Kysely<unknown>): Promise<void> {
  await sql`create table changes (
    id uuid primary key,
    number bigint generated always as identity unique,
    state text not null check (state in ('proposed', 'approved', 'rejected', 'expired')),
    ods_codes text[] not null,
    operations jsonb not null,
    note text,
    proposed_by text not null,
    proposed_for text collate "C" not null,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_note text,
    results jsonb not null default '[]',
    epoch bigint,
    constraint nobody_approves_their_own check (state <> 'approved' or decided_by <> proposed_by),
    check ((state = 'proposed') = (decided_at is null))
  )`.execute(db);
  await sql`create index on changes (state, number)`.execute(db);
  await sql`create index on changes using gin (ods_codes)`.execute(db);
  await grantTable(db, SCHEMA, 'changes', {
    login: 'select, insert, update (state, decided_by, decided_at, decision_note, results, epoch)',
  });
}

/**
 * Every version of every organisation's record, as it was published, and the one counter behind them. A transaction
 * that changes the registry raises `registry_epoch` and so is alone with it until it commits: epochs are in the order
 * of commits, and whoever reads up to an epoch misses nothing below it.
 */
async function createVersions(db: Kysely<unknown>): Promise<void> {
  await sql`create table registry_epoch (
    "only" boolean primary key default true check ("only"),
    epoch bigint not null,
    recorded_at timestamptz not null
  )`.execute(db);
  await sql`insert into registry_epoch (epoch, recorded_at) values (0, 'epoch')`.execute(db);
  await grantTable(db, SCHEMA, 'registry_epoch', { login: 'select, update' });

  await sql`create table record_versions (
    ods_code text collate "C" not null references organisations,
    epoch bigint not null,
    recorded_at timestamptz not null,
    record jsonb not null,
    primary key (ods_code, epoch)
  )`.execute(db);
  await sql`create index on record_versions (epoch)`.execute(db);
  await sql`create index on record_versions (ods_code, recorded_at desc)`.execute(db);
  await grantTable(db, SCHEMA, 'record_versions', { login: 'select, insert' });

  // the newest edition of the anchor's genesis file that this registry has loaded
  await sql`create table genesis (
    "only" boolean primary key default true check ("only"),
    anchor text not null,
    version bigint not null,
    document text not null,
    loaded_at timestamptz not null
  )`.execute(db);
  await grantTable(db, SCHEMA, 'genesis', { login: 'select, insert, update' });
}
