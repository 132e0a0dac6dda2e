import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { restoreStatusLists } from './restore/restore-status-lists.ts';

// make status-restore [EXPORTS="<audit export> ..."], after the status-list service's tables came from a backup.
// With DATABASE_URL of an administrator who sees the schemas status_list and issuer, and LIST_DIRECTORY when list
// versions are kept as files. An audit export (make audit-export) of the issuer or of status-list tells what
// the issuer's own tables lost too; without one, ACCEPT_LOSS=yes publishes lists that lack revocations of later.
const url = process.env['DATABASE_URL'];
const directory = process.env['LIST_DIRECTORY'];
const acceptLoss = process.env['ACCEPT_LOSS'] === 'yes';
const exports = process.argv.slice(2).filter((file) => file !== '');
if (!url) {
  console.error(
    'usage: DATABASE_URL=<postgres URL> [LIST_DIRECTORY=<dir>] status-restore [<export>...]',
  );
  process.exit(2);
}
for (const file of exports) {
  if (existsSync(file)) continue;
  console.error(`There is no ${file}`);
  process.exit(2);
}

const VERSION_READERS = {
  'status-lists': (text: string) => Date.parse(String(parse(text)?.['validFrom'])),
  'status-list-tokens': (text: string) => {
    const claims = Buffer.from(text.split('.')[1] ?? '', 'base64url').toString();
    return Number(parse(claims)?.['version']);
  },
};

const fileVersions = directory ? await readFileVersions(directory) : new Map<string, number>();
const admin = new Client({
  connectionString: url,
  application_name: 'staff-passport-status-restore',
});
await admin.connect();
const report = await restoreStatusLists(admin, {
  now: Date.now(),
  exports: exports.map((file) => linesOf(file)),
  fileVersions,
  acceptLoss,
});
await admin.end();

const { notRestored, notes, ...done } = report;
const isFenced = done.isLossSeen && !acceptLoss;
console.log(`pairs retired        ${done.pairsRetired}`);
console.log(`pairs made again     ${done.pairsMadeAgain}`);
console.log(`lists made again     ${done.listsMadeAgain}`);
console.log(`revocations set      ${done.revoked}`);
console.log(`suspensions set      ${done.suspended}`);
console.log(`suspensions lifted   ${done.reinstated}`);
for (const note of notes) console.log(`note: ${note}`);
for (const what of notRestored) console.log(`NOT restored: ${what}`);
if (isFenced) {
  console.log(
    'The fences STAND: run it again with audit exports, or with ACCEPT_LOSS=yes to publish without them.',
  );
} else {
  console.log(
    notRestored.length === 0
      ? 'The status lists are restored; each is signed again at the next tick.'
      : 'The status lists are restored EXCEPT for what is named above.',
  );
}
process.exitCode = notRestored.length === 0 ? 0 : 1;

// opened when read: a readline interface that waits loses its lines
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

/** The version that each whole file says it is; a torn one says nothing and was never served. */
async function readFileVersions(root: string): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  for (const [folder, read] of Object.entries(VERSION_READERS)) {
    const path = join(root, folder);
    for (const name of existsSync(path) ? await readdir(path) : []) {
      if (!/^[0-9a-f-]{36}$/.test(name)) continue;
      const version = read(await readFile(join(path, name), 'utf8'));
      if (Number.isSafeInteger(version)) versions.set(name, version);
    }
  }
  return versions;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
