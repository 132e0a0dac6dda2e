import { sql } from 'kysely';
import t from 'tap';
import { asRole, inTenant, inTransaction } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { appendAudit, readAuditHeads, serialiseEvent } from '../audit.ts';
import { parseAuditRow } from '../audit-row.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { verifyAuditExport } from '../verify-audit-export.ts';
import { auditKey, connect, exportLines } from './helper.ts';

const NOON = Date.parse('2026-11-02T12:00:00Z');
const key = auditKey();

function issued(index: number) {
  return { action: 'credential.issued', odsCode: 'ZZA01', subject: { list: 'a', index } };
}

t.test(
  'fifty transactions at once give one whole chain that loses and repeats nothing',
  async (t) => {
    const database = await createTestDatabase(t);
    const db = connect(t, database.url('issuer'), 25);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        inTenant(db, 'ZZA01', async (trx) => {
          await appendAudit(trx, NOON, [issued(index), issued(index + 1_000)]);
          await sql`select pg_sleep(0.02)`.execute(trx);
        }),
      ),
    );
    const heads = (await readAuditHeads(db)).map(({ stream, seq, hash }) => ({
      stream,
      seq,
      hash,
    }));
    t.equal(
      heads.reduce((sum, { seq }) => sum + seq, 0),
      100,
    );
    t.ok(heads.length > 1, 'several lanes were used');
    const checkpoint = await signCheckpoint({ service: 'issuer', at: 'now', heads }, key.sign);
    const lines = await exportLines(t, database.adminUrl);
    const result = await verifyAuditExport(lines, [checkpoint], key.publicKey);
    t.strictSame(result, { rows: 100, streams: heads.length, checkpoints: 1, faults: [] });
    const indexes = lines.map(
      (line) => /"index":(\d+)/.exec(parseAuditRow(line)?.event ?? '')?.[1],
    );
    t.equal(new Set(indexes).size, 100);
  },
);

t.test('a transaction that rolls back leaves neither a row nor a gap', async (t) => {
  const database = await createTestDatabase(t);
  const db = connect(t, database.url('issuer'), 1);
  const append = (index: number) =>
    inTransaction(db, (trx) => appendAudit(trx, NOON, [issued(index)]));
  await append(1);
  await t.rejects(
    inTransaction(db, async (trx) => {
      await appendAudit(trx, NOON, [issued(2)]);
      throw new Error('after the audit row');
    }),
    { message: 'after the audit row' },
  );
  await append(3);
  const rows = (await exportLines(t, database.adminUrl)).map(parseAuditRow);
  t.strictSame(
    rows.map((row) => [row?.seq, /"index":(\d)/.exec(row?.event ?? '')?.[1]]),
    [
      [1, '1'],
      [2, '3'],
    ],
  );
});

t.test('audit times do not fall when the clock does', async (t) => {
  const database = await createTestDatabase(t);
  const db = connect(t, database.url('issuer'), 1);
  for (const at of [NOON, NOON - 3_600_000, NOON + 1]) {
    await inTransaction(db, (trx) => appendAudit(trx, at, [issued(1)]));
  }
  const rows = (await exportLines(t, database.adminUrl)).map(parseAuditRow);
  t.strictSame(
    rows.map((row) => row?.at),
    ['2026-11-02T12:00:00.000000Z', '2026-11-02T12:00:00.000000Z', '2026-11-02T12:00:00.001000Z'],
  );
});

t.test('the login of the service can append and read heads, and nothing else', async (t) => {
  const database = await createTestDatabase(t);
  const db = connect(t, database.url('issuer'));
  await inTransaction(db, (trx) => appendAudit(trx, NOON, [issued(1)]));
  t.equal((await readAuditHeads(db)).length, 1);
  const refused = { code: '42501' };
  await t.rejects(sql`select * from audit`.execute(db), refused);
  await t.rejects(sql`update audit set event = '{}'`.execute(db), refused);
  await t.rejects(sql`delete from audit`.execute(db), refused);
  await t.rejects(sql`truncate audit`.execute(db), refused);
  await t.rejects(
    sql`insert into audit values ('issuer/0', 9, now(), '{}', decode(repeat('00', 32), 'hex'),
      decode(repeat('00', 32), 'hex'))`.execute(db),
    refused,
  );
  await t.rejects(
    asRole(db, 'issuer_auditor', async () => {}),
    refused,
  );
  await t.rejects(
    asRole(db, 'issuer_jobs', (trx) => sql`select * from audit`.execute(trx)),
    refused,
  );
  const verifier = connect(t, database.url('verifier'));
  await t.rejects(sql`select issuer.audit_append(now(), '{}')`.execute(verifier), refused);
});

t.test('a transaction of another isolation level is refused', async (t) => {
  const database = await createTestDatabase(t);
  const db = connect(t, database.url('issuer'));
  const append = db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((trx) => appendAudit(trx, NOON, [issued(1)]));
  await t.rejects(append, { code: 'SERVICE_UNAVAILABLE' });
});

t.test('a request whose audit row cannot be written fails, and its change with it', async (t) => {
  const database = await createTestDatabase(t);
  const admin = connect(t, database.adminUrl, 1);
  await sql`create table issuer.works (ods_code text, id text)`.execute(admin);
  await sql`grant select, insert on issuer.works to issuer_login`.execute(admin);
  const db = connect(t, database.url('issuer'));
  const change = (id: string) =>
    inTransaction(db, async (trx) => {
      await trx.insertInto('works').values({ ods_code: 'ZZA01', id }).execute();
      await appendAudit(trx, NOON, [issued(1)]);
    });
  await change('before');
  await sql`create function issuer.refuse() returns trigger language plpgsql
    as 'begin raise exception ''no audit today''; end'`.execute(admin);
  await sql`create trigger refuse before insert on issuer.audit
    for each row execute function issuer.refuse()`.execute(admin);
  await t.rejects(change('after'), { code: 'SERVICE_UNAVAILABLE' });
  t.strictSame(await db.selectFrom('works').select('id').execute(), [{ id: 'before' }]);
});

t.test('an event has one text and takes identifiers only', async (t) => {
  t.equal(
    serialiseEvent({
      subject: { list: 'l', credential: 'c' },
      odsCode: 'ZZA01',
      action: 'credential.issued',
    }),
    '{"action":"credential.issued","odsCode":"ZZA01","subject":{"credential":"c","list":"l"}}',
  );
  t.throws(() => serialiseEvent({ action: 'Issued' }), /Not an audit action/);
  t.throws(
    () => serialiseEvent({ action: 'holder.bound', subject: { name: 'Ada Example' } }),
    /Not an identifier/,
  );
});

const TAMPERINGS = {
  'an edited row': {
    statements: [`update issuer.audit set event = '{"action":"other"}' where seq = 3`],
    fault: { seq: 3, fault: 'edited' },
  },
  'an edited row whose hash was computed anew': {
    statements: [
      `update issuer.audit set event = '{}', hash = sha256(previous_hash || convert_to(stream || E'\\n' ||
        seq || E'\\n' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n{}', 'UTF8'))
        where seq = 3`,
    ],
    fault: { seq: 3, fault: 'edited' },
  },
  'a removed row': {
    statements: ['delete from issuer.audit where seq = 3'],
    fault: { seq: 3, fault: 'removed' },
  },
  'rows that changed places': {
    statements: [
      'update issuer.audit set seq = 100 where seq = 3',
      'update issuer.audit set seq = 3 where seq = 4',
      'update issuer.audit set seq = 4 where seq = 100',
    ],
    fault: { seq: 3, fault: 'reordered' },
  },
  'a cut tail': {
    statements: ['delete from issuer.audit where seq >= 5'],
    fault: { seq: 5, fault: 'tail-cut' },
  },
  'a chain that is gone altogether': {
    statements: ['truncate issuer.audit'],
    fault: { seq: 1, fault: 'tail-cut' },
  },
};

for (const [name, { statements, fault }] of Object.entries(TAMPERINGS)) {
  t.test(`${name} is found, with its first place`, async (t) => {
    const database = await createTestDatabase(t);
    const db = connect(t, database.url('issuer'), 1);
    await inTransaction(db, (trx) => appendAudit(trx, NOON, [1, 2, 3, 4, 5, 6].map(issued)));
    const [head] = await readAuditHeads(db);
    const { stream = '', seq = 0, hash = '' } = head ?? {};
    const line = await signCheckpoint(
      { service: 'issuer', at: 'now', heads: [{ stream, seq, hash }] },
      key.sign,
    );
    const before = await exportLines(t, database.adminUrl);
    t.strictSame((await verifyAuditExport(before, [line], key.publicKey)).faults, []);

    const admin = connect(t, database.adminUrl, 1);
    for (const statement of statements) await sql.raw(statement).execute(admin);
    const after = await exportLines(t, database.adminUrl);
    const { faults } = await verifyAuditExport(after, [line], key.publicKey);
    t.match(faults, [{ stream, ...fault }]);
    t.equal(faults.length, 1);
  });
}
