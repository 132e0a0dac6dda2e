import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { migrateAll } from './migrate-all.ts';

const BUILD_LOCK = 7_301_126;

/**
 * A migrated database that tests clone. Its name carries a hash of everything in migrations/, so another
 * version never meets it; it takes the name only when finished, and one process builds while others wait.
 * @param adminUrl a superuser's URL, of any database of the cluster
 * @returns the template's name
 */
export async function buildTemplate(adminUrl: string): Promise<string> {
  const name = `staff_passport_template_${await hashMigrations()}`;
  const pool = new Pool({ connectionString: adminUrl, max: 1, idleTimeoutMillis: 0 });
  const admin = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`select pg_advisory_lock(${sql.lit(BUILD_LOCK)})`.execute(admin);
    const found = await sql`select 1 from pg_database where datname = ${name}`.execute(admin);
    if (found.rows.length > 0) return name;
    const unfinished = `${name}_unfinished`;
    await sql`drop database if exists ${sql.id(unfinished)} with (force)`.execute(admin);
    await sql`create database ${sql.id(unfinished)}`.execute(admin);
    const url = new URL(adminUrl);
    url.pathname = `/${unfinished}`;
    await migrateAll(url.href);
    await sql`alter database ${sql.id(unfinished)} rename to ${sql.id(name)}`.execute(admin);
    return name;
  } finally {
    await admin.destroy();
  }
}

async function hashMigrations(): Promise<string> {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const files = await Array.fromAsync(glob('**/*.ts', { cwd: root }));
  const hash = createHash('sha256');
  for (const file of files.filter((path) => !path.includes('test/')).toSorted()) {
    hash.update(`${file}\0`).update(await readFile(new URL(file, import.meta.url)));
  }
  return hash.digest('hex').slice(0, 16);
}

// a test file that is run by itself calls this as a program
if (import.meta.main) {
  console.log(await buildTemplate(process.env['DATABASE_URL'] ?? ''));
}
