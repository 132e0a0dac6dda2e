import { type Kysely, sql } from 'kysely';
import { scramVerifier } from './scram.ts';

type Database = Kysely<unknown>;

// Roles belong to the whole cluster, and no lock spans its databases: runs on two of them collide in the catalogs.
const COLLISIONS = new Set(['23505', 'XX000', '42710']);

/**
 * The roles and the schema of one service, made by the administrator of the database. Repeatable.
 * - `<schema>_owner` owns everything and nobody logs in as it;
 * - `<schema>_login` is the service: grants only, and it inherits nothing of the roles it may change to;
 * - `<schema>_jobs` is what it changes to for work across trusts;
 * - `<schema>_auditor` reads the audit rows.
 */
export async function createServiceSchema(db: Database, schema: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createRolesAndSchema(db, schema);
    } catch (error) {
      // each statement asks first or may be repeated
      if (attempt === 10 || !COLLISIONS.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

async function createRolesAndSchema(db: Database, schema: string): Promise<void> {
  await createRole(db, `${schema}_owner`, 'nologin');
  await createRole(db, `${schema}_login`, 'login noinherit');
  await createRole(db, `${schema}_jobs`, 'nologin noinherit');
  await createRole(db, `${schema}_auditor`, 'nologin');
  const role = (suffix: string) => sql.id(`${schema}_${suffix}`);
  await grantOnce(db, `${schema}_jobs`, `${schema}_login`);
  await joinOwner(db, schema);
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
  await sql`create role ${sql.id(name)} ${sql.raw(attributes)}
    nosuperuser nocreatedb nocreaterole`.execute(db);
}

async function grantOnce(db: Database, role: string, member: string): Promise<void> {
  const granted = sql`select 1 from pg_auth_members m
    join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member
    where r.rolname = ${role} and u.rolname = ${member}`;
  if (await exists(db, granted)) return;
  await sql`grant ${sql.id(role)} to ${sql.id(member)}`.execute(db);
}

/** The administrator makes the owner's objects. From PostgreSQL 16 on, having made the role is not enough for that. */
async function joinOwner(db: Database, schema: string): Promise<void> {
  if (await exists(db, sql`select 1 from pg_roles where rolname = current_user and rolsuper`))
    return;
  await sql`grant ${sql.id(`${schema}_owner`)} to current_user`.execute(db);
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
