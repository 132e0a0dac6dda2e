import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createKysely, createPool } from '#kit/database';
import { exportAudit } from '#ledger/audit-export';
import { layoutFromEnvironment } from './local/layout.ts';

// make -s audit-export SCHEMA=<schema> > export.ndjson, with DATABASE_URL of an administrator or of a member of
// <schema>_auditor; without DATABASE_URL, the local stack's database
const url = process.env['DATABASE_URL'] || readLocalUrl();
const schema = process.argv[2];
if (!url || !schema) {
  console.error(
    'usage: [DATABASE_URL=<postgres URL>] audit-export <schema>; or start the local stack first',
  );
  process.exit(2);
}
const pool = createPool({
  url,
  max: 1,
  applicationName: 'staff-passport-audit-export',
  onError: (error) => console.error(error.message),
  // an export of years waits on the disk, and on who reads our output
  statementTimeoutMs: 3_600_000,
});
let rows = 0;
for await (const line of exportAudit(createKysely(pool), schema)) {
  rows += 1;
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
await pool.end();
console.error(`${rows} rows`);

function readLocalUrl(): string {
  const file = layoutFromEnvironment().path('secrets/database-url');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
