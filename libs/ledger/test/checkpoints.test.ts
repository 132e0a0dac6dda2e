import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { AuditHead } from '../audit.ts';
import { verifyCheckpoint } from '../checkpoint.ts';
import { createCheckpointWriter, ed25519Signer } from '../checkpoints.ts';
import { auditKey, makeTempDir } from './helper.ts';

const key = auditKey();

function head(seq: number): AuditHead {
  return { stream: 'issuer/0', seq, at: new Date(0), hash: 'ab'.repeat(32) };
}

async function createWriter(test: Test, intervalMs = 60_000) {
  const file = join(await makeTempDir(test), 'checkpoints.ndjson');
  const state = { heads: [head(1)], errors: 0 };
  const writer = createCheckpointWriter({
    readHeads: async () => {
      if (state.heads.length > 1) throw new Error('no database');
      return state.heads;
    },
    sign: key.sign,
    file,
    service: 'issuer',
    clock: () => 0,
    intervalMs,
    onError: () => {
      state.errors += 1;
    },
  });
  const lines = async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return { writer, state, lines, file };
}

t.test('a line is added when the heads have moved, and carries a good signature', async (t) => {
  const { writer, state, lines } = await createWriter(t);
  t.equal(await writer.write(), true);
  t.equal(await writer.write(), false);
  state.heads = [head(2)];
  t.equal(await writer.write(), true);
  const checkpoints = (await lines()).map((line) => verifyCheckpoint(line, key.publicKey));
  t.strictSame(checkpoints, [
    {
      service: 'issuer',
      at: '1970-01-01T00:00:00.000Z',
      heads: [{ stream: 'issuer/0', seq: 1, hash: 'ab'.repeat(32) }],
    },
    {
      service: 'issuer',
      at: '1970-01-01T00:00:00.000Z',
      heads: [{ stream: 'issuer/0', seq: 2, hash: 'ab'.repeat(32) }],
    },
  ]);
  await writer.close();
});

t.test(
  'the timer writes, a failure of it is reported, and close writes the last line',
  async (t) => {
    const { writer, state, lines } = await createWriter(t, 20);
    await sleep(100);
    t.equal((await lines()).length, 1);
    state.heads = [head(2), head(3)];
    await sleep(100);
    t.ok(state.errors > 0);
    state.heads = [head(4)];
    await writer.close();
    t.match((await lines()).at(-1), /"seq":4/);
  },
);

t.test('a line that a crash cut short is dropped, whole lines stay', async (t) => {
  const { writer, state, lines, file } = await createWriter(t);
  await writer.write();
  const [first] = await lines();
  await appendFile(file, '{"service":"iss');
  state.heads = [head(2)];
  await writer.write();
  const all = await lines();
  t.equal(all.length, 2);
  t.equal(all[0], first);
  t.not(verifyCheckpoint(all[1] ?? '', key.publicKey), 'checkpoint-malformed');
  await writer.close();
});

t.test('the signer takes an Ed25519 private JWK and no other key', async (t) => {
  const file = join(await makeTempDir(t), 'audit.jwk');
  await writeFile(file, JSON.stringify(key.privateKey.export({ format: 'jwk' })));
  t.strictSame(ed25519Signer(file)(Buffer.from('x')), key.sign(Buffer.from('x')));
  await writeFile(file, JSON.stringify(key.publicKey.export({ format: 'jwk' })));
  t.throws(() => ed25519Signer(file));
});
