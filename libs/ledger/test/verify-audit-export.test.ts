import t from 'tap';
import { GENESIS_HASH, hashAuditRow } from '../audit-row.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { verifyAuditExport } from '../verify-audit-export.ts';
import { auditKey } from './helper.ts';

const key = auditKey();

function chain(stream: string, length: number) {
  let previousHash = GENESIS_HASH;
  return Array.from({ length }, (_, index) => {
    const at = `2026-11-02T12:00:00.00000${index}Z`;
    const row = { stream, seq: index + 1, at, event: `{"n":${index}}`, previousHash };
    previousHash = hashAuditRow(row);
    return { ...row, hash: previousHash };
  });
}

type Row = ReturnType<typeof chain>[number];

function checkpointOf(rows: Row[], at = '2026-11-02T12:00:10.000Z') {
  const heads = [...new Map(rows.map((row) => [row.stream, row])).values()].map(
    ({ stream, seq, hash }) => ({ stream, seq, hash }),
  );
  return signCheckpoint({ service: 'issuer', at, heads }, key.sign);
}

const write = (rows: Row[]) => rows.map((row) => JSON.stringify(row));

t.test('the hash of a row is over exactly the documented bytes', async (t) => {
  const row = chain('issuer/0', 1)[0];
  // computed with sha256sum over 32 zero bytes and the text "issuer/0\n1\n2026-11-02T12:00:00.000000Z\n{"n":0}"
  t.equal(row?.hash, '60e211d3de9ec28f32b4da14a27cdc38bf86d5fd5a35a11cb8be259b40b6e2cc');
});

t.test('rows after the newest checkpoint are verified as a chain', async (t) => {
  const rows = chain('issuer/0', 6);
  const checkpoints = [await checkpointOf(rows.slice(0, 4))];
  t.strictSame((await verifyAuditExport(write(rows), checkpoints, key.publicKey)).faults, []);
  const edited = rows.map((row) => (row.seq === 6 ? { ...row, event: '{}' } : row));
  const { faults } = await verifyAuditExport(write(edited), checkpoints, key.publicKey);
  t.match(faults, [{ stream: 'issuer/0', seq: 6, fault: 'edited' }]);
});

t.test('each stream has its own first fault', async (t) => {
  const rows = [...chain('issuer/0', 4), ...chain('issuer/1', 4)];
  const checkpoints = [await checkpointOf(rows)];
  t.strictSame((await verifyAuditExport(write(rows), checkpoints, key.publicKey)).faults, []);
  const tampered = rows
    .filter((row) => row.stream !== 'issuer/0' || row.seq !== 1)
    .map((row) => (row.stream === 'issuer/1' && row.seq >= 2 ? { ...row, event: '{}' } : row));
  const { faults } = await verifyAuditExport(write(tampered), checkpoints, key.publicKey);
  t.match(faults, [
    { stream: 'issuer/0', seq: 1, fault: 'removed' },
    { stream: 'issuer/1', seq: 2, fault: 'edited' },
  ]);
  t.equal(faults.length, 2);
});

t.test('lines that changed places are found', async (t) => {
  const lines = write(chain('issuer/0', 4));
  const checkpoints = [await checkpointOf(chain('issuer/0', 4))];
  const [a = '', b = '', c = '', d = ''] = lines;
  t.strictSame((await verifyAuditExport(lines, checkpoints, key.publicKey)).faults, []);
  const { faults } = await verifyAuditExport([a, c, b, d], checkpoints, key.publicKey);
  t.match(faults, [{ stream: 'issuer/0', seq: 2, fault: 'reordered' }]);
});

t.test(
  'a chain that was rewritten from an edit to its end is found by the checkpoint',
  async (t) => {
    const rows = chain('issuer/0', 4);
    const checkpoints = [await checkpointOf(rows)];
    t.strictSame((await verifyAuditExport(write(rows), checkpoints, key.publicKey)).faults, []);
    let previousHash = GENESIS_HASH;
    const rewritten = rows.map((row) => {
      const changed = { ...row, event: row.seq === 2 ? '{}' : row.event, previousHash };
      previousHash = hashAuditRow(changed);
      return { ...changed, hash: previousHash };
    });
    const { faults } = await verifyAuditExport(write(rewritten), checkpoints, key.publicKey);
    t.match(faults, [{ stream: 'issuer/0', seq: 4, fault: 'edited' }]);
  },
);

t.test(
  'a checkpoint by another key, altered or unreadable counts for nothing and is a fault',
  async (t) => {
    const rows = chain('issuer/0', 4);
    const good = await checkpointOf(rows);
    const verifyWith = (line: string, publicKey = key.publicKey) =>
      verifyAuditExport(write(rows), [good, line], publicKey);
    t.strictSame((await verifyWith(good)).faults, []);
    t.match((await verifyWith(good.replace('12:00:10', '12:00:11'))).faults, [
      { stream: 'checkpoints', seq: 2, fault: 'checkpoint-signature' },
    ]);
    t.match((await verifyWith('{"service":')).faults, [
      { stream: 'checkpoints', seq: 2, fault: 'checkpoint-malformed' },
    ]);
    const { faults, checkpoints } = await verifyWith(good, auditKey().publicKey);
    t.equal(checkpoints, 0);
    t.strictSame(
      faults.map(({ fault }) => fault),
      ['checkpoint-signature', 'checkpoint-signature', 'checkpoint-missing'],
    );
  },
);

t.test('without any checkpoint the export is not whole', async (t) => {
  const { faults } = await verifyAuditExport(write(chain('issuer/0', 4)), [], key.publicKey);
  t.match(faults, [{ fault: 'checkpoint-missing' }]);
});

t.test('a line that is no row is a fault and ends nothing', async (t) => {
  const rows = chain('issuer/0', 2);
  const lines = [...write(rows), '[1]', 'null', '{"stream":"issuer/0"}'];
  const { faults, rows: count } = await verifyAuditExport(
    lines,
    [await checkpointOf(rows)],
    key.publicKey,
  );
  t.equal(count, 2);
  t.strictSame(
    faults.map(({ fault, seq }) => [fault, seq]),
    [
      ['row-malformed', 3],
      ['row-malformed', 4],
      ['row-malformed', 5],
    ],
  );
});
