import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { createKysely, createPool } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { readAuditHeads, serialiseEvent } from '#ledger/audit';
import { exportAudit } from '#ledger/audit-export';
import { parseAuditRow } from '#ledger/audit-row';
import { signCheckpoint } from '#ledger/checkpoint';
import { createIdempotency } from '#ledger/idempotency';
import { verifyAuditExport } from '#ledger/verify-audit-export';
import type { IssuedCredential } from '../../src/domain/ports.ts';
import { createCredentialStore } from '../../src/store/credential-store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { OTHER, START, TRUST } from '../helper.ts';

type Ledger = Awaited<ReturnType<typeof build>>;
type Changes = Partial<IssuedCredential> & { key?: string | undefined };

/** A database whose inserts of credentials take `commitMs`, so that what arrives meanwhile must share the next. */
async function build(t: Test, commitMs = 300) {
  const database = await createTestDatabase(t);
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  t.teardown(() => client.end());
  const admin = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
  await admin(`create function issuer.slow() returns trigger language plpgsql as $$
    begin perform pg_sleep(${commitMs / 1000}); return null; end $$`);
  await admin(`create trigger slow after insert on issuer.credentials
    for each statement execute function issuer.slow()`);
  const url = database.url('issuer');
  return { ...startProcess(t, url), url, admin, adminUrl: database.adminUrl };
}

const clock = () => START;

/** What one process of the issuer holds: a pool, single flights and groups of its own. */
function startProcess(t: Test, url: string) {
  const pool = createPool({ url, applicationName: 'issuer-test', onError: () => {} });
  t.teardown(() => pool.end());
  const db = createKysely<Tables>(pool);
  const store = createCredentialStore({ db, idempotency: createIdempotency({ clock }), clock });
  const issue = ({ key, ...changes }: Changes = {}) => {
    const credential = newCredential(changes);
    const { odsCode, requestedBy: clientId } = credential;
    const request = { method: 'POST', path: '/v1/credentials', body: Buffer.from(key ?? '') };
    const call = { odsCode, clientId, idempotencyKey: key, request };
    return store.issueOnce(call, async () => credential);
  };
  return { db, issue };
}

const LIST = randomUUID();
let nextIndex = 0;

function newCredential(changes: Partial<IssuedCredential>): IssuedCredential {
  const id = changes.id ?? randomUUID();
  const document = JSON.stringify({ id, nonce: randomUUID() });
  nextIndex += 1;
  return {
    id,
    odsCode: TRUST,
    employeeId: 'E-1',
    holderDid: 'did:key:z6MkHolder',
    type: 'FireSafetyCredential',
    catalogueVersion: '1.0.0',
    keyThumbprint: 'thumbprint',
    listPairId: LIST,
    listIndex: nextIndex,
    digest: createHash('sha256').update(document).digest(),
    document,
    issuedAt: START,
    validUntil: undefined,
    requestedBy: 'client-1',
    ...changes,
  };
}

const many = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** How many transactions wrote the credentials that there are, and how many of them hold two trusts'. */
async function countCommits({ admin }: Ledger) {
  const [row] =
    await admin(`select count(*)::int credentials, count(distinct xmin::text)::int commits,
    (select count(*)::int from (select 1 from issuer.credentials group by xmin::text
      having count(distinct ods_code) > 1) mixed) mixed from issuer.credentials`);
  return row as { credentials: number; commits: number; mixed: number };
}

async function untilCommitting({ admin }: Ledger): Promise<void> {
  const sleeping = () =>
    admin(`select 1 from pg_stat_activity
    where wait_event = 'PgSleep' and datname = current_database()`);
  while ((await sleeping()).length === 0) await sleep(10);
}

async function exportLines(t: Test, adminUrl: string) {
  const pool = createPool({ url: adminUrl, applicationName: 'auditor', onError: () => {} });
  t.teardown(() => pool.end());
  return Array.fromAsync(exportAudit(createKysely(pool), 'issuer'));
}

t.test(
  'fifty calls at once take a few commits, and leave the audit rows that fifty commits would',
  async (t) => {
    const ledger = await build(t);
    const credentials = many(50, () => newCredential({}));
    const answers = await Promise.all(
      credentials.map((one, n) => ledger.issue({ ...one, key: n % 2 ? `key-${n}` : undefined })),
    );
    t.strictSame(
      answers.map((answer) => typeof answer === 'object' && answer.body),
      credentials.map(({ document }) => `{"verifiableCredential":${document}}`),
      'each its own answer',
    );
    const { credentials: kept, commits } = await countCommits(ledger);
    t.equal(kept, 50);
    t.ok(commits <= 5, `${commits} commits`);

    const lines = await exportLines(t, ledger.adminUrl);
    const events = lines.map((line) => parseAuditRow(line)?.event);
    const expected = credentials.map(
      ({ id, odsCode, type, listPairId, listIndex, keyThumbprint, digest }) =>
        serialiseEvent({
          action: 'credential.issued',
          odsCode,
          clientId: 'client-1',
          subject: {
            credential: id,
            type,
            listPair: listPairId,
            index: listIndex,
            key: keyThumbprint,
            digest: Buffer.from(digest).toString('hex'),
          },
        }),
    );
    t.strictSame(new Set(events), new Set(expected));
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const checkpoint = {
      service: 'issuer',
      at: new Date(START).toISOString(),
      heads: await readAuditHeads(ledger.db),
    };
    const signed = await signCheckpoint(checkpoint, (bytes) => sign(null, bytes, privateKey));
    const verification = await verifyAuditExport(lines, [signed], publicKey);
    t.match(verification, { rows: 50, faults: [] });
  },
);

const taken = newCredential({});
const canary = (table: string) => (ledger: Ledger) =>
  ledger.admin(`create function issuer.canary() returns trigger language plpgsql as $$
      begin if new::text like '%canary%' then raise exception 'caught'; end if; return new; end $$;
    create trigger canary before insert on issuer.${table} for each row execute function issuer.canary()`);
const faults: {
  name: string;
  changes: Changes;
  outcome: object;
  arrange?: (ledger: Ledger) => Promise<unknown>;
}[] = [
  { name: 'an id in use', changes: { id: taken.id }, outcome: { value: 'id-taken' } },
  {
    name: 'an index in use',
    changes: { listPairId: taken.listPairId, listIndex: taken.listIndex },
    outcome: { reason: { code: '23505', constraint: 'credentials_list_index' } },
  },
  {
    name: 'a digest of another length',
    changes: { digest: Buffer.from('short') },
    outcome: { reason: { code: '23514' } },
  },
  {
    name: 'a character that the database does not keep',
    changes: { employeeId: 'E-\0' },
    outcome: { reason: { code: '22021' } },
  },
  {
    name: 'a record that a trigger refuses',
    changes: { employeeId: 'canary' },
    outcome: { reason: { message: 'caught' } },
    arrange: canary('credentials'),
  },
  {
    name: 'an audit row that a trigger refuses',
    changes: { requestedBy: 'canary' },
    outcome: { reason: { code: 'SERVICE_UNAVAILABLE' } },
    arrange: canary('audit'),
  },
];

for (const { name, changes, outcome, arrange } of faults) {
  t.test(
    `${name} fails its own call, and no other that would have shared the commit`,
    async (t) => {
      const ledger = await build(t, 100);
      await ledger.issue(taken);
      await arrange?.(ledger);
      const calls = many(12, (n) =>
        ledger.issue(n === 5 ? { ...changes, key: 'bad' } : { key: `key-${n}` }),
      );
      const outcomes = await Promise.allSettled(calls);
      t.match(outcomes.splice(5, 1), [outcome]);
      t.match(
        outcomes,
        many(11, () => ({ value: { status: 201 } })),
      );
      t.equal((await countCommits(ledger)).credentials, 12, 'eleven, and the one before');
      const [rows] = await ledger.admin('select count(*)::int n from issuer.audit');
      t.match(rows, { n: 12 });
      const keys = await ledger.admin(`select key from issuer.idempotency_keys where key = 'bad'`);
      t.same(keys, [], 'a failure is not remembered');
    },
  );
}

t.test('two calls that choose one id at once: one has it, the other is told so', async (t) => {
  const ledger = await build(t, 50);
  const id = randomUUID();
  const calls = many(10, (n) => ledger.issue({ key: `key-${n}`, ...(n > 7 && { id }) }));
  const answers = await Promise.all(calls);
  t.equal(answers.filter((answer) => answer === 'id-taken').length, 1);
  t.match(await countCommits(ledger), { credentials: 9 });
});

t.test(
  'fifty duplicates of one call beside fifty others are one credential and fifty',
  async (t) => {
    const ledger = await build(t);
    const answers = await Promise.all(
      many(100, (n) => ledger.issue({ key: n % 2 ? 'duplicate' : `key-${n}` })),
    );
    const bodies = answers.map((answer) => typeof answer === 'object' && answer.body);
    t.equal(new Set(bodies).size, 51);
    t.equal(new Set(bodies.filter((_, n) => n % 2)).size, 1);
    const { credentials, commits } = await countCommits(ledger);
    t.equal(credentials, 51);
    t.ok(commits <= 5, `${commits} commits`);
  },
);

t.test('two trusts do not share a commit, nor does one wait for the other', async (t) => {
  const ledger = await build(t);
  await Promise.all(many(40, (n) => ledger.issue({ odsCode: n % 2 ? OTHER : TRUST, key: `${n}` })));
  const { credentials, commits, mixed } = await countCommits(ledger);
  t.equal(credentials, 40);
  t.ok(commits <= 10, `${commits} commits`);
  t.equal(mixed, 0);
});

t.test(
  'processes that race with the same keys, in opposite order, give each one answer',
  async (t) => {
    const ledger = await build(t, 50);
    const second = startProcess(t, ledger.url);
    const keys = many(20, (n) => `key-${n}`);
    const [ones, twos] = await Promise.all([
      Promise.all(keys.map((key) => ledger.issue({ key }))),
      Promise.all(keys.toReversed().map((key) => second.issue({ key }))),
    ]);
    const bytes = (answers: typeof ones) =>
      answers.map((answer) => typeof answer === 'object' && answer.body);
    t.strictSame(bytes(twos).toReversed(), bytes(ones));
    t.equal((await countCommits(ledger)).credentials, 20);
  },
);

t.test('a call whose key another process holds is waited for by nobody else', async (t) => {
  const ledger = await build(t, 50);
  await ledger.admin(`begin; insert into issuer.idempotency_keys
    (scope, key, request_hash, status, content_type, body, created_at)
    values ('${TRUST}', 'held', sha256('another'), 201, 'text/plain', '', now())`);
  let landed = false;
  const held = ledger.issue({ key: 'held' }).finally(() => {
    landed = true;
  });
  await Promise.all(many(10, (n) => ledger.issue({ key: `key-${n}` })));
  t.notOk(landed, 'it still waits');
  await ledger.admin('rollback');
  t.match(await held, { status: 201 });
  t.match(await countCommits(ledger), { credentials: 11 });
});

t.test('when the database is lost all that share the commit are told to come again', async (t) => {
  const ledger = await build(t, 1_000);
  const keys = many(10, (n) => `key-${n}`);
  const first = ledger.issue({ key: 'key-0' });
  await untilCommitting(ledger);
  const outcomes = Promise.allSettled(keys.slice(1).map((key) => ledger.issue({ key })));
  t.match(await first, { status: 201 });
  await untilCommitting(ledger);
  await ledger.admin(`select pg_terminate_backend(pid) from pg_stat_activity
    where wait_event = 'PgSleep' and datname = current_database()`);
  t.match(
    await outcomes,
    many(9, () => ({ reason: { code: 'SERVICE_UNAVAILABLE' } })),
  );
  t.match(await countCommits(ledger), { credentials: 1 });
  const retried = await Promise.all(keys.map((key) => ledger.issue({ key })));
  t.match(
    retried,
    many(10, () => ({ status: 201 })),
  );
  t.match(await countCommits(ledger), { credentials: 10 });
});
