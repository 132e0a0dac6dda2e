import { createHash, hash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { migrateAll, SERVICES } from './migrate-all.ts';
import { scramVerifier } from './scram.ts';

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
    if (found.rows.length > 0) {
      await giveTestPasswords(admin, adminUrl);
      return name;
    }
    const unfinished = `${name}_unfinished`;
    await sql`drop database if exists ${sql.id(unfinished)} with (force)`.execute(admin);
    await sql`create database ${sql.id(unfinished)}`.execute(admin);
    const url = new URL(adminUrl);
    url.pathname = `/${unfinished}`;
    await migrateAll(url.href);
    await giveTestPasswords(admin, adminUrl);
    await sql`alter database ${sql.id(unfinished)} rename to ${sql.id(name)}`.execute(admin);
    return name;
  } finally {
    await admin.destroy();
  }
}

/**
 * A server that asks the superuser for a password asks the logins too. Theirs are derived from it.
 * @throws Error where a login has another password: roles belong to the cluster, and somebody uses this one
 */
async function giveTestPasswords(admin: Kysely<unknown>, adminUrl: string): Promise<void> {
  const { password } = new URL(adminUrl);
  if (!password) return;
  const verifier = scramVerifier(hash('sha256', password), Buffer.alloc(16));
  for (const schema of Object.values(SERVICES)) {
    const login = `${schema}_login`;
    const { rows } = await sql<{ secret: string | null }>`
      select rolpassword as secret from pg_authid where rolname = ${login}`.execute(admin);
    const secret = rows[0]?.secret ?? null;
    if (secret === verifier) continue;
    if (secret !== null) throw new Error(`${login} is in use: tests need a cluster of their own`);
    await sql`alter role ${sql.id(login)} password ${sql.lit(verifier)}`.execute(admin);
  }
}

async function hashMigrations(): Promise<string> {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const files = await Array.fromAsync(glob('**/*.ts', { cwd: root }));
  const digest = createHash('sha256');
  for (const file of files.filter((path) => !path.includes('test/')).toSorted()) {
    digest.update(`${file}\0`).update(await readFile(new URL(file, import.meta.url)));
  }
  return digest.digest('hex').slice(0, 16);
}

// a test file that is run by itself calls this as a program
if (import.meta.main) {
  console.log(await buildTemplate(process.env['DATABASE_URL'] ?? ''));
}
