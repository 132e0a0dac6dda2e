import { type Kysely, sql } from 'kysely';

// What migrations use. A released migration must do for ever what it did: add functions here, change none.

type Database = Kysely<unknown>;

/** The tenant of this transaction. A setting that was local to an earlier transaction reads '' afterwards. */
const TENANT = sql`nullif(current_setting('app.ods_code', true), '')`;

/**
 * Puts a table under row-level security by trust. FORCE binds its owner too; the login sees the rows of the
 * trust that `app.ods_code` names and no row when it is unset; `<schema>_jobs` works across trusts.
 */
export async function tenantTable(
  db: Database,
  schema: string,
  table: string,
  column = 'ods_code',
): Promise<void> {
  const own = sql`${sql.id(column)} = ${TENANT}`;
  await protectRows(db, schema, table, own);
}

/** Row-level security by any condition; the jobs role passes. */
export async function protectRows(
  db: Database,
  schema: string,
  table: string,
  own: ReturnType<typeof sql>,
): Promise<void> {
  const target = sql.id(schema, table);
  await sql`alter table ${target} enable row level security`.execute(db);
  await sql`alter table ${target} force row level security`.execute(db);
  await sql`create policy own_rows on ${target} to ${sql.id(`${schema}_login`)}
    using (${own}) with check (${own})`.execute(db);
  await sql`create policy across_trusts on ${target} to ${sql.id(`${schema}_jobs`)}
    using (true) with check (true)`.execute(db);
}

/** Table privileges, such as `{ login: 'select, insert', jobs: 'select' }`. Nothing is granted otherwise. */
export async function grantTable(
  db: Database,
  schema: string,
  table: string,
  privileges: { login?: string; jobs?: string },
): Promise<void> {
  for (const [role, list] of Object.entries(privileges)) {
    await sql`grant ${sql.raw(list)} on ${sql.id(schema, table)}
      to ${sql.id(`${schema}_${role}`)}`.execute(db);
  }
}

/**
 * Answers by idempotency key. `scope` is a trust's ODS code, or `client:<id>` of a client that acts for no
 * trust; either way only the same caller finds its own.
 */
export async function createIdempotencyKeys(db: Database, schema: string): Promise<void> {
  await sql`create table ${sql.id(schema, 'idempotency_keys')} (
    scope text collate "C" not null,
    key text collate "C" not null,
    request_hash bytea not null,
    status integer not null,
    content_type text not null,
    body text not null,
    created_at timestamptz not null,
    primary key (scope, key)
  )`.execute(db);
  await sql`create index on ${sql.id(schema, 'idempotency_keys')} (created_at)`.execute(db);
  const own = sql`scope = ${TENANT}
    or scope = 'client:' || nullif(current_setting('app.client_id', true), '')`;
  await protectRows(db, schema, 'idempotency_keys', own);
  await grantTable(db, schema, 'idempotency_keys', {
    login: 'select, insert',
    jobs: 'select, delete',
  });
}
