import { migrateAll } from './migrate-all.ts';

// make migrate: DATABASE_URL of an administrator; SERVICE_PASSWORDS_DIR optional
const { DATABASE_URL: url, SERVICE_PASSWORDS_DIR: passwordsDir } = process.env;
if (!url) {
  console.error("DATABASE_URL is missing: the URL of the database's administrator");
  process.exit(2);
}
const done = await migrateAll(url, { passwordsDir, log: console.log });
if (done.length === 0) console.log('every schema is up to date');
