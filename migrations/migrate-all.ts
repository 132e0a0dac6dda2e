import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import { createServiceSchema, setLoginPassword } from './roles.ts';

/** Folder of each service's migrations, and the schema that they build. */
export const SERVICES = {
  issuer: 'issuer',
  verifier: 'verifier',
  'trust-registry': 'trust_registry',
  'status-list': 'status_list',
  authorization: 'authz',
} as const;

export interface MigrateOptions {
  /** a folder with a file `<schema>` for each login whose password is to be set */
  passwordsDir?: string | undefined;
  log?: (line: string) => void;
  /** the last migration of a service that is run; those of later releases wait */
  upTo?: Partial<Record<keyof typeof SERVICES, string>>;
}

// any constant will do: one run at a time in a database
const RUN_LOCK = 7_301_125;

/**
 * Brings every service's schema up to date. Runs that meet wait for each other; each schema's migrations
 * commit together.
 * @param adminUrl a role that may create roles and, in this database, schemas
 * @returns what was done, a sentence each
 */
export async function migrateAll(
  adminUrl: string,
  options: MigrateOptions = {},
): Promise<string[]> {
  const done: string[] = [];
  const note = (line: string) => {
    done.push(line);
    options.log?.(line);
  };
  const admin = connect(adminUrl);
  try {
    // the one connection of this pool holds the lock until it is closed
    await sql`select pg_advisory_lock(${sql.lit(RUN_LOCK)})`.execute(admin);
    for (const [folder, schema] of Object.entries(SERVICES)) {
      await createServiceSchema(admin, schema);
      const last = options.upTo?.[folder as keyof typeof SERVICES];
      const migrations = await loadMigrations(folder, last);
      for (const name of await migrateService(adminUrl, schema, migrations)) {
        note(`${schema}: ${name}`);
      }
      if (options.passwordsDir === undefined) continue;
      const password = await readPassword(join(options.passwordsDir, schema));
      if (password === undefined) continue;
      await setLoginPassword(admin, schema, password);
      note(`${schema}: password of ${schema}_login set`);
    }
  } finally {
    await admin.destroy();
  }
  return done;
}

async function migrateService(
  adminUrl: string,
  schema: string,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  // what a migration makes belongs to the schema's owner
  const db = connect(adminUrl, `-c role=${schema}_owner -c search_path=${schema},pg_temp`);
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableSchema: schema,
      migrationTableName: 'schema_migrations',
      migrationLockTableName: 'schema_migrations_lock',
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    const failed = results.find(({ status }) => status === 'Error');
    if (error) {
      throw new Error(`Migration ${schema}/${failed?.migrationName ?? ''} failed`, {
        cause: error,
      });
    }
    // a service waits at its start for the migrations that it needs
    const table = sql.id(schema, 'schema_migrations');
    await sql`grant select on ${table} to ${sql.id(`${schema}_login`)}`.execute(db);
    return results.map(({ migrationName }) => migrationName);
  } finally {
    await db.destroy();
  }
}

async function loadMigrations(
  folder: string,
  last: string | undefined,
): Promise<Record<string, Migration>> {
  const directory = new URL(`./${folder}/`, import.meta.url);
  const files = (await readdir(directory)).filter((file) => /^\d{4}-[a-z0-9-]+\.ts$/.test(file));
  const migrations: Record<string, Migration> = {};
  for (const file of files.toSorted()) {
    const name = file.slice(0, -3);
    if (last !== undefined && name > last) break;
    migrations[name] = (await import(new URL(file, directory).href)) as Migration;
  }
  return migrations;
}

function connect(url: string, options?: string): Kysely<unknown> {
  const pool = new Pool({
    connectionString: url,
    max: 1,
    // an idle connection must not be closed: it holds the lock
    idleTimeoutMillis: 0,
    application_name: 'staff-passport-migrate',
    ...(options === undefined ? {} : { options }),
  });
  pool.on('error', () => {});
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

async function readPassword(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
