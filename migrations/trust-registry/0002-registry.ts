import { type Kysely, sql } from 'kysely';
import { grantTable } from '../shared.ts';

const SCHEMA = 'trust_registry';

/*
 * The registry is public and belongs to no trust, so no row-level security. The login may change the few columns
 * that say how something ended and may delete nothing: an ODS code, a key and an accreditation are there for ever.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createOrganisations(db);
  await createKeys(db);
  await createAccreditations(db);
}

async function createOrganisations(db: Kysely<unknown>): Promise<void> {
  // The generated column lets the foreign key demand that the organisation above a trust is an ICS.
  await sql`create table organisations (
    ods_code text collate "C" primary key check (ods_code ~ '^[A-Z0-9]{3,10}$'),
    name text not null check (length(name) between 1 and 200),
    kind text not null check (kind in ('ics', 'trust')),
    ics_ods_code text collate "C",
    ics_kind text generated always as (case when ics_ods_code is not null then 'ics' end) stored,
    status text not null check (status in ('registered', 'suspended', 'closed')),
    status_reason text,
    registered_at timestamptz not null,
    status_changed_at timestamptz not null,
    unique (ods_code, kind),
    foreign key (ics_ods_code, ics_kind) references organisations (ods_code, kind),
    check ((kind = 'trust') = (ics_ods_code is not null))
  )`.execute(db);
  await sql`create index on organisations (ics_ods_code, ods_code)`.execute(db);
  await sql`create index on organisations (kind, ods_code)`.execute(db);
  await grantTable(db, SCHEMA, 'organisations', {
    login: 'select, insert, update (status, status_reason, status_changed_at)',
  });
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  // A key has one owner and one state, whatever it is used for.
  await sql`create table keys (
    thumbprint text collate "C" primary key,
    ods_code text collate "C" not null references organisations,
    public_key_multibase text collate "C" not null unique,
    state text not null check (state in ('active', 'retired', 'compromised')),
    pinned_at timestamptz not null,
    state_changed_at timestamptz not null
  )`.execute(db);
  await sql`create index on keys (ods_code)`.execute(db);
  await sql`create table key_purposes (
    thumbprint text collate "C" not null references keys,
    purpose text collate "C" not null check (purpose in ('assertion', 'status', 'receipt')),
    valid_from timestamptz not null,
    valid_until timestamptz check (valid_until >= valid_from),
    primary key (thumbprint, purpose)
  )`.execute(db);
  await grantTable(db, SCHEMA, 'keys', {
    login: 'select, insert, update (state, state_changed_at)',
  });
  await grantTable(db, SCHEMA, 'key_purposes', { login: 'select, insert, update (valid_until)' });
}

async function createAccreditations(db: Kysely<unknown>): Promise<void> {
  // Two standing accreditations for the same thing never overlap. GiST compares ranges without an extension, so
  // the triple that must be equal takes part as a range of one number: its 64-bit hash.
  await sql`create table accreditations (
    id uuid primary key,
    ods_code text collate "C" not null references organisations,
    credential_type text collate "C" not null,
    action text collate "C" not null check (action in ('issue', 'request')),
    valid_from timestamptz not null,
    valid_until timestamptz check (valid_until > valid_from),
    granted_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_for_cause boolean not null default false,
    withdrawal_reason text,
    check (withdrawn_at is not null or not withdrawn_for_cause),
    constraint accreditations_do_not_overlap exclude using gist (
      int8range(
        hashtextextended(ods_code || ' ' || credential_type || ' ' || action, 0),
        hashtextextended(ods_code || ' ' || credential_type || ' ' || action, 0),
        '[]'
      ) with &&,
      tstzrange(
        valid_from,
        greatest(valid_from, least(valid_until, withdrawn_at, timestamptz 'infinity'))
      ) with &&
    )
  )`.execute(db);
  await sql`create index on accreditations (ods_code, credential_type, action)`.execute(db);
  await grantTable(db, SCHEMA, 'accreditations', {
    login: 'select, insert, update (withdrawn_at, withdrawn_for_cause, withdrawal_reason)',
  });
}
