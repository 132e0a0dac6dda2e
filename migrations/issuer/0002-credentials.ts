import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

const SCHEMA = 'issuer';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createCredentials(db);
  await createHolders(db);
  await createKeys(db);
  await createSignedLists(db);
}

/** What was signed, to the byte. Only the mirrored status of a row can change. */
async function createCredentials(db: Kysely<unknown>): Promise<void> {
  await sql`create table credentials (
    id uuid primary key,
    ods_code text not null,
    employee_id text not null,
    holder_did text not null,
    type text not null,
    catalogue_version text not null,
    key_thumbprint text not null,
    list_pair_id uuid not null,
    list_index integer not null check (list_index >= 0),
    digest bytea not null check (length(digest) = 32),
    document text not null,
    issued_at timestamptz not null,
    valid_until timestamptz,
    requested_by text not null,
    status text not null default 'active' check (status in ('active', 'suspended', 'revoked')),
    status_reason text,
    status_changed_at timestamptz,
    constraint credentials_list_index unique (list_pair_id, list_index)
  )`.execute(db);
  await sql`create index credentials_newest on credentials
    (ods_code, issued_at desc, id desc)`.execute(db);
  await sql`create index credentials_of_employee on credentials
    (ods_code, employee_id, issued_at desc, id desc)`.execute(db);
  await sql`create index credentials_of_type on credentials
    (ods_code, type, issued_at desc, id desc)`.execute(db);
  await sql`create index credentials_not_active on credentials
    (ods_code, status, issued_at desc, id desc) where status <> 'active'`.execute(db);
  await tenantTable(db, SCHEMA, 'credentials');
  await grantTable(db, SCHEMA, 'credentials', {
    login: 'select, insert, update (status, status_reason, status_changed_at)',
    jobs: 'select',
  });
}

/** Who proved possession of which key. A binding ends when a newer one is made; its row stays. */
async function createHolders(db: Kysely<unknown>): Promise<void> {
  await sql`create table holders (
    id uuid primary key,
    ods_code text not null,
    employee_id text not null,
    did text not null,
    bound_at timestamptz not null,
    ended_at timestamptz
  )`.execute(db);
  await sql`create unique index holders_bound_employee on holders (ods_code, employee_id)
    where ended_at is null`.execute(db);
  await sql`create unique index holders_bound_did on holders (ods_code, did)
    where ended_at is null`.execute(db);
  await sql`create index holders_of_did on holders (ods_code, did)`.execute(db);
  await tenantTable(db, SCHEMA, 'holders');
  await grantTable(db, SCHEMA, 'holders', { login: 'select, insert, update (ended_at)' });

  await sql`create table holder_challenges (
    challenge text primary key,
    ods_code text not null,
    expires_at timestamptz not null
  )`.execute(db);
  await sql`create index holder_challenges_expiry on holder_challenges (expires_at)`.execute(db);
  await tenantTable(db, SCHEMA, 'holder_challenges');
  await grantTable(db, SCHEMA, 'holder_challenges', {
    login: 'select, insert, delete',
    jobs: 'select, delete',
  });
}

/** The trusts' keys; the private half only as sealed under the key-encryption key. */
async function createKeys(db: Kysely<unknown>): Promise<void> {
  await sql`create table signing_keys (
    thumbprint text primary key,
    ods_code text not null,
    purpose text not null check (purpose in ('assertion', 'status')),
    public_key_multibase text not null,
    sealed_private_key bytea not null,
    created_at timestamptz not null
  )`.execute(db);
  await sql`create index signing_keys_newest on signing_keys
    (ods_code, purpose, created_at desc)`.execute(db);
  await tenantTable(db, SCHEMA, 'signing_keys');
  await grantTable(db, SCHEMA, 'signing_keys', { login: 'select, insert' });
}

/** The newest version signed of each status list: no version at or below it is signed again. */
async function createSignedLists(db: Kysely<unknown>): Promise<void> {
  await sql`create table signed_lists (
    list_id uuid primary key,
    ods_code text not null,
    purpose text not null check (purpose in ('revocation', 'suspension')),
    version bigint not null,
    digest bytea not null check (length(digest) = 32),
    signed_at timestamptz not null
  )`.execute(db);
  await tenantTable(db, SCHEMA, 'signed_lists');
  await grantTable(db, SCHEMA, 'signed_lists', {
    login: 'select, insert, update (version, digest, signed_at)',
  });
}
