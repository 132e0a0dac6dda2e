import { readFileSync } from 'node:fs';
import { migrateAll } from './migrate-all.ts';

// make migrate: DATABASE_URL of an administrator; DATABASE_PASSWORD_FILE and SERVICE_PASSWORDS_DIR optional
const {
  DATABASE_URL: url,
  DATABASE_PASSWORD_FILE: passwordFile,
  SERVICE_PASSWORDS_DIR: passwordsDir,
} = process.env;
if (!url) {
  console.error("DATABASE_URL is missing: the URL of the database's administrator");
  process.exit(2);
}
const adminUrl = passwordFile ? withPassword(url, passwordFile) : url;
const done = await migrateAll(adminUrl, { passwordsDir, log: console.log });
if (done.length === 0) console.log('every schema is up to date');

/** The password stands in no variable, where whoever lists processes or pods could read it. */
function withPassword(address: string, file: string): string {
  const complete = new URL(address);
  complete.password = encodeURIComponent(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  return complete.href;
}
