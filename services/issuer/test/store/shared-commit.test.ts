import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import t, { type Test } from 'tap';
import { createKysely, createPool } from '#kit/database';
import { readAuditHeads, serialiseEvent } from '#ledger/audit';
import { exportAudit } from '#ledger/audit-export';
import { parseAuditRow } from '#ledger/audit-row';
import { signCheckpoint } from '#ledger/checkpoint';
import { verifyAuditExport } from '#ledger/verify-audit-export';
import { OTHER, START, TRUST } from '../fakes.ts';
import { build, countCommits, many, newCredential, startProcess } from './helper.ts';

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
            form: 'vcdm2-ed25519-2020',
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
