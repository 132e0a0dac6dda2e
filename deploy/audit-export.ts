import { once } from 'node:events';
import { createKysely, createPool } from '#kit/database';
import { exportAudit } from '#ledger/audit-export';

// make audit-export SCHEMA=<schema> > export.ndjson, with DATABASE_URL of an administrator or of a member of <schema>_auditor
const { DATABASE_URL: url } = process.env;
const schema = process.argv[2];
if (!url || !schema) {
  console.error('usage: DATABASE_URL=<postgres URL> audit-export <schema>');
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
