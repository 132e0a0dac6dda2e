import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Test } from 'tap';
import { exportAudit } from '../audit-export.ts';

export interface Tables {
  idempotency_keys: { scope: string; key: string; body: string };
  works: { ods_code: string; id: string };
}

export function connect(t: Test, url: string, max = 10) {
  const pool = new Pool({ connectionString: url, max });
  pool.on('error', () => {});
  t.teardown(() => pool.end());
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

export async function makeTempDir(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'staff-passport-ledger-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function auditKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey, privateKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

/** The lines of an audit export of schema `issuer`. */
export async function exportLines(t: Test, adminUrl: string): Promise<string[]> {
  const admin = connect(t, adminUrl, 1);
  return Array.fromAsync(exportAudit(admin, 'issuer'));
}
