import { type Kysely, sql } from 'kysely';
import { grantTable } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table clients (
    client_id text collate "C" primary key,
    number bigint generated always as identity unique,
    name text not null,
    ods_code text,
    scopes text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    revoked_at timestamptz
  )`.execute(db);
  await sql`create table client_keys (
    client_id text collate "C" not null references clients,
    kid text collate "C" not null,
    jwk jsonb not null,
    added_at timestamptz not null,
    valid_until timestamptz,
    primary key (client_id, kid)
  )`.execute(db);
  // A client's name, trust and rights never change: a new right is a new client.
  await grantTable(db, 'authz', 'clients', { login: 'select, insert, update (revoked_at)' });
  await grantTable(db, 'authz', 'client_keys', { login: 'select, insert, update (valid_until)' });

  // What oidc-provider remembers for a while: which client assertions were used.
  await sql`create table oidc_models (
    model text collate "C" not null,
    id text collate "C" not null,
    payload jsonb not null,
    expires_at timestamptz not null,
    primary key (model, id)
  )`.execute(db);
  await sql`create index on oidc_models (expires_at)`.execute(db);
  await grantTable(db, 'authz', 'oidc_models', {
    login: 'select, insert, update',
    jobs: 'select, delete',
  });

  // The keys of access tokens, the private half sealed under the key-encryption key.
  await sql`create table signing_keys (
    kid text collate "C" primary key,
    public_jwk jsonb not null,
    sealed bytea not null,
    signs_from timestamptz not null,
    published_until timestamptz
  )`.execute(db);
  await grantTable(db, 'authz', 'signing_keys', {
    login: 'select, insert, update (published_until)',
    jobs: 'select, delete',
  });
}
