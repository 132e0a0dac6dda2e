import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createKysely, createPool, inTransaction } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { appendAudit, readAuditHeads } from '#ledger/audit';
import { createCheckpointWriter } from '#ledger/checkpoints';

function run(program: string, args: string[], env: Record<string, string> = {}) {
  const path = fileURLToPath(new URL(`../${program}.ts`, import.meta.url));
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string }>();
  execFile(
    process.execPath,
    [path, ...args],
    { env: { ...process.env, ...env } },
    (error, stdout) => resolve({ code: error === null ? 0 : error.code, stdout }),
  );
  return promise;
}

t.test('an export verifies against its checkpoints, and an altered one does not', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'staff-passport-audit-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const [exported, checkpoints, key] = ['export', 'checkpoints', 'key'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  await writeFile(key, JSON.stringify(publicKey.export({ format: 'jwk' })));

  const database = await createTestDatabase(t);
  const pool = createPool({ url: database.url('issuer'), applicationName: 't', onError: () => {} });
  t.teardown(() => pool.end());
  const db = createKysely<unknown>(pool);
  for (const id of ['a', 'b', 'c']) {
    await inTransaction(db, (trx) =>
      appendAudit(trx, Date.now(), [{ action: 'credential.issued', subject: { id } }]),
    );
  }
  const writer = createCheckpointWriter({
    readHeads: () => readAuditHeads(db),
    sign: (bytes) => sign(null, bytes, privateKey),
    file: checkpoints,
    service: 'issuer',
    clock: Date.now,
    onError: (error) => t.fail(String(error)),
  });
  await writer.close();

  const { code, stdout } = await run('audit-export', ['issuer'], {
    DATABASE_URL: database.adminUrl,
  });
  t.equal(code, 0);
  t.equal(stdout.split('\n').length, 4);
  await writeFile(exported, stdout);
  const whole = await run('audit-verify', [exported, checkpoints, key]);
  t.equal(whole.code, 0);
  t.match(whole.stdout, /3 rows .* 1 good checkpoints\nThe audit chain is whole\./);

  await writeFile(exported, stdout.replace(/"id\\":\\"b/, '"id\\":\\"x'));
  const altered = await run('audit-verify', [exported, checkpoints, key]);
  t.equal(altered.code, 1);
  t.match(altered.stdout, /edited +issuer\/\d+ at \d/);
  t.match(altered.stdout, /NOT whole/);
});

t.test('the tools say how they are called', async (t) => {
  t.equal((await run('audit-verify', [])).code, 2);
  t.equal((await run('audit-export', [])).code, 2);
});
