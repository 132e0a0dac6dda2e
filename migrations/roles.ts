import { type Kysely, sql } from 'kysely';
import { scramVerifier } from './scram.ts';

type Database = Kysely<unknown>;

/**
 * The roles and the schema of one service, made by the administrator of the database. Repeatable.
 * - `<schema>_owner` owns everything and nobody logs in as it;
 * - `<schema>_login` is the service: grants only, and it inherits nothing of the roles it may change to;
 * - `<schema>_jobs` is what it changes to for work across trusts;
 * - `<schema>_auditor` reads the audit rows.
 */
export async function createServiceSchema(db: Database, schema: string): Promise<void> {
  await createRole(db, `${schema}_owner`, 'nologin');
  await createRole(db, `${schema}_login`, 'login noinherit');
  await createRole(db, `${schema}_jobs`, 'nologin noinherit');
  await createRole(db, `${schema}_auditor`, 'nologin');
  const role = (suffix: string) => sql.id(`${schema}_${suffix}`);
  await grantOnce(db, `${schema}_jobs`, `${schema}_login`);
  const { rows } = await sql<{ name: string }>`select current_user as name`.execute(db);
  for (const { name } of rows) await grantOnce(db, `${schema}_owner`, name);
  await sql`create schema if not exists ${sql.id(schema)} authorization ${role('owner')}`.execute(
    db,
  );
  await sql`grant usage on schema ${sql.id(schema)}
    to ${role('login')}, ${role('jobs')}, ${role('auditor')}`.execute(db);
  // stores name their tables without the schema; pg_temp last, so that no temporary table stands in for one
  await setSearchPath(db, schema);
}

/** Sets the login's password; the server sees (and may log) its SCRAM verifier only. */
export async function setLoginPassword(
  db: Database,
  schema: string,
  password: string,
): Promise<void> {
  await sql`alter role ${sql.id(`${schema}_login`)}
    password ${sql.lit(scramVerifier(password))}`.execute(db);
}

async function createRole(db: Database, name: string, attributes: string): Promise<void> {
  if (await exists(db, sql`select 1 from pg_roles where rolname = ${name}`)) return;
  // roles belong to the whole cluster: a run on another of its databases may be making them too
  const create = `create role ${name} ${attributes} nosuperuser nocreatedb nocreaterole`;
  await sql`do ${sql.lit(
    `begin ${create}; exception when duplicate_object or unique_violation then null; end`,
  )}`.execute(db);
}

async function grantOnce(db: Database, role: string, member: string): Promise<void> {
  const granted = sql`select 1 from pg_auth_members m
    join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member
    where r.rolname = ${role} and u.rolname = ${member}`;
  const superuser = sql`select 1 from pg_roles where rolname = ${member} and rolsuper`;
  if ((await exists(db, granted)) || (await exists(db, superuser))) return;
  await sql`grant ${sql.id(role)} to ${sql.id(member)}`.execute(db);
}

async function setSearchPath(db: Database, schema: string): Promise<void> {
  const login = `${schema}_login`;
  const set = sql`select 1 from pg_roles where rolname = ${login}
    and ${`search_path=${schema}, pg_temp`} = any (rolconfig)`;
  if (await exists(db, set)) return;
  await sql`alter role ${sql.id(login)} set search_path = ${sql.id(schema)}, pg_temp`.execute(db);
}

async function exists(db: Database, query: ReturnType<typeof sql>): Promise<boolean> {
  return (await query.execute(db)).rows.length > 0;
}
