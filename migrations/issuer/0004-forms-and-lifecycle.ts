import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

const SCHEMA = 'issuer';

/** A credential in several forms, what it supersedes, and where it stands between provided and archived. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await extendCredentials(db);
  await createCredentialForms(db);
  await createLifecycleEvents(db);
  await createFormDefaults(db);
}

async function extendCredentials(db: Kysely<unknown>): Promise<void> {
  // a form that is not JSON names its provider where SQL cannot read it: from now on the service writes it
  await sql`alter table credentials alter column provider drop expression`.execute(db);
  await sql`alter table credentials
    add column form text not null default 'vcdm2-ed25519-2020',
    add column lifecycle text not null default 'provided' check
      (lifecycle in ('provided', 'accepted', 'withdrawn', 'superseded')),
    add column archived_at timestamptz,
    add column supersedes uuid,
    add column supersedes_how text check (supersedes_how in ('supersedes', 'reissues')),
    add column superseded_done_at timestamptz,
    add constraint supersedes_with_how check ((supersedes is null) = (supersedes_how is null)),
    add constraint superseded_what check (superseded_done_at is null or supersedes is not null)`.execute(
    db,
  );
  await sql`create unique index credentials_superseded_once on credentials (ods_code, supersedes)
    where supersedes is not null`.execute(db);
  await sql`create index credentials_to_suspend_older on credentials (issued_at)
    where supersedes is not null and superseded_done_at is null`.execute(db);
  await sql`create index credentials_to_revoke_withdrawn on credentials (issued_at)
    where lifecycle = 'withdrawn' and status <> 'revoked'`.execute(db);
  await sql`create index credentials_archived on credentials
    (ods_code, archived_at) where archived_at is not null`.execute(db);
  await sql`grant update (lifecycle, archived_at, superseded_done_at) on credentials
    to issuer_login`.execute(db);
}

/** The further forms of a credential, to the byte; the first stands in its record. */
async function createCredentialForms(db: Kysely<unknown>): Promise<void> {
  await sql`create table credential_forms (
    credential_id uuid not null references credentials (id),
    form text not null,
    ods_code text not null,
    document text not null,
    digest bytea not null check (length(digest) = 32),
    primary key (credential_id, form)
  )`.execute(db);
  await tenantTable(db, SCHEMA, 'credential_forms');
  await grantTable(db, SCHEMA, 'credential_forms', { login: 'select, insert' });
}

/** Each step of a credential's life, with its note for the employer: kept here and nowhere else. */
async function createLifecycleEvents(db: Kysely<unknown>): Promise<void> {
  await sql`create table credential_lifecycle_events (
    id bigint generated always as identity primary key,
    ods_code text not null,
    credential_id uuid not null,
    event text not null check
      (event in ('accepted', 'withdrawn', 'superseded', 'reissued', 'archived', 'restored')),
    reason text not null,
    internal_note text,
    client_id text not null,
    person text,
    happened_at timestamptz not null
  )`.execute(db);
  await sql`create index credential_lifecycle_events_in_order on credential_lifecycle_events
    (credential_id, happened_at, id)`.execute(db);
  await tenantTable(db, SCHEMA, 'credential_lifecycle_events');
  await grantTable(db, SCHEMA, 'credential_lifecycle_events', { login: 'select, insert' });
}

/** Which forms a trust issues a type in; `default` stands for every type without a row of its own. */
async function createFormDefaults(db: Kysely<unknown>): Promise<void> {
  await sql`create table form_defaults (
    ods_code text not null,
    type text not null,
    forms text[] not null check (cardinality(forms) between 1 and 8),
    changed_at timestamptz not null,
    primary key (ods_code, type)
  )`.execute(db);
  await tenantTable(db, SCHEMA, 'form_defaults');
  await grantTable(db, SCHEMA, 'form_defaults', {
    login: 'select, insert, delete, update (forms, changed_at)',
  });
}
