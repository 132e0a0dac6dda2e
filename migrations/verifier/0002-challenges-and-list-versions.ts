import { type Kysely, sql } from 'kysely';
import { grantTable, tenantTable } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The challenge itself is not kept: its SHA-256 is enough to know it again.
  await sql`create table challenges (
    challenge_hash bytea primary key,
    ods_code text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`.execute(db);
  await sql`create index on challenges (expires_at)`.execute(db);
  await tenantTable(db, 'verifier', 'challenges');
  await grantTable(db, 'verifier', 'challenges', {
    login: 'select, insert, update (used_at)',
    jobs: 'select, delete',
  });

  // The newest version met of each public status list: no trust's own, so not under row-level security.
  await sql`create table seen_list_versions (
    list_url text collate "C" primary key,
    version bigint not null,
    digest bytea not null,
    seen_at timestamptz not null
  )`.execute(db);
  await grantTable(db, 'verifier', 'seen_list_versions', {
    login: 'select, insert, update (version, digest, seen_at)',
  });
}
