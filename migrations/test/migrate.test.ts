import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';

const PROGRAM = fileURLToPath(new URL('../migrate.ts', import.meta.url));
const SCHEMAS = ['issuer', 'verifier', 'trust_registry', 'status_list', 'authz'];

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function makeTempDir(test: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'staff-passport-migrate-'));
  test.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

t.test(
  'the Job migrates with the rights that k8s/base/database gives, and a password by file',
  async (t) => {
    const directory = await makeTempDir(t);
    const server = await startEmbeddedPostgres({
      dataDir: join(directory, 'data'),
      password: 'of-the-superuser',
      settings: { fsync: 'off' },
    });
    t.teardown(() => server.stop());
    await query(
      server.url(),
      "create role staff_passport_admin login createrole bypassrls password 'of/the-administrator'",
    );
    await query(server.url(), 'create database staff_passport owner staff_passport_admin');
    const passwordFile = join(directory, 'password');
    const passwordsDir = await makeTempDir(t);
    for (const schema of SCHEMAS)
      await writeFile(join(passwordsDir, schema), `of-the-${schema}-login`);
    const url = new URL(server.url('staff_passport', 'staff_passport_admin'));
    url.password = '';
    const run = () =>
      promisify(execFile)(process.execPath, [PROGRAM], {
        env: {
          DATABASE_URL: url.href,
          DATABASE_PASSWORD_FILE: passwordFile,
          SERVICE_PASSWORDS_DIR: passwordsDir,
        },
      });

    await writeFile(passwordFile, 'of/the-administrator\n');
    const { stdout } = await run();
    for (const schema of SCHEMAS) t.match(stdout, `${schema}: 0001-base`);
    const login = server.url('staff_passport', 'issuer_login', 'of-the-issuer-login');
    t.strictSame(await query(login, 'select 1 as n'), [{ n: 1 }]);

    await writeFile(passwordFile, 'another');
    await t.rejects(run(), { code: 1, stderr: /password authentication failed/ });
  },
);
