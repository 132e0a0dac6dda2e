import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Which status entries a trust relied on: ids and places only, nothing else of the credential or its holder.
  await sql`create table reliances (
    ods_code text not null,
    issuer text collate "C" not null,
    credential_id text collate "C" not null,
    status_purpose text not null check (status_purpose in ('revocation', 'suspension', 'message')),
    list_url text collate "C" not null,
    list_index bigint not null check (list_index >= 0),
    list_version bigint not null,
    value smallint not null default 0,
    compared boolean not null default false,
    relied_at timestamptz not null,
    watched_until timestamptz not null,
    primary key (ods_code, issuer, credential_id, status_purpose)
  )`.execute(db);
  await sql`create index on reliances (list_url, list_index)`.execute(db);
  await sql`create index on reliances (watched_until)`.execute(db);
  await tenantTable(db, 'verifier', 'reliances');
  await grantTable(db, 'verifier', 'reliances', {
    login: `select, insert, update (list_url, list_index, list_version, value, compared, relied_at,
      watched_until)`,
    jobs: 'select, update (value, compared), delete',
  });

  // How far each public list was compared: no trust's own, and no trust can see which lists are watched.
  await sql`create table watched_lists (
    list_url text collate "C" primary key,
    compared_version bigint not null,
    compared_at timestamptz not null
  )`.execute(db);
  await grantTable(db, 'verifier', 'watched_lists', {
    jobs: 'select, insert, update (compared_version, compared_at), delete',
  });

  await sql`create table events (
    id uuid primary key,
    number bigint generated always as identity unique,
    ods_code text not null,
    credential_id text not null,
    issuer text not null,
    status_purpose text not null check (status_purpose in ('revocation', 'suspension')),
    value boolean not null,
    list_version bigint not null,
    at timestamptz not null
  )`.execute(db);
  await sql`create index on events (ods_code, number)`.execute(db);
  await sql`create index on events (at)`.execute(db);
  await tenantTable(db, 'verifier', 'events');
  await grantTable(db, 'verifier', 'events', { login: 'select', jobs: 'select, insert, delete' });

  await sql`create table webhooks (
    id uuid primary key,
    ods_code text not null,
    url text not null,
    description text,
    state text not null default 'active' check (state in ('active', 'ended')),
    created_at timestamptz not null,
    ended_at timestamptz
  )`.execute(db);
  await sql`create index on webhooks (ods_code, created_at)`.execute(db);
  await tenantTable(db, 'verifier', 'webhooks');
  await grantTable(db, 'verifier', 'webhooks', {
    login: 'select, insert, update (state, ended_at)',
    jobs: 'select, update (state, ended_at), delete',
  });

  await sql`create table deliveries (
    webhook_id uuid not null references webhooks on delete cascade,
    event_id uuid not null references events on delete cascade,
    ods_code text not null,
    event_number bigint not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
    attempts integer not null default 0,
    last_attempt_at timestamptz,
    last_answer text,
    next_attempt_at timestamptz,
    lease uuid,
    leased_until timestamptz,
    primary key (webhook_id, event_id),
    check ((state = 'waiting') = (next_attempt_at is not null))
  )`.execute(db);
  await sql`create index on deliveries (webhook_id, next_attempt_at) where state = 'waiting'`.execute(
    db,
  );
  await sql`create index on deliveries (webhook_id, state, event_number)`.execute(db);
  await sql`create index on deliveries (event_id)`.execute(db);
  await tenantTable(db, 'verifier', 'deliveries');
  const changing = `update (state, attempts, last_attempt_at, last_answer, next_attempt_at, lease,
    leased_until)`;
  await grantTable(db, 'verifier', 'deliveries', {
    login: `select, insert, ${changing}`,
    jobs: `select, insert, ${changing}, delete`,
  });
}
