import { type Kysely, sql } from 'kysely';
import { grantTable } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What was last heard of each cell's registry. Public records, no trust's own: not under row-level security.
  await sql`create table registry_states (
    cell_did text collate "C" primary key,
    epoch bigint not null check (epoch >= 0),
    confirmed_at timestamptz not null,
    expires_at timestamptz not null,
    records jsonb not null
  )`.execute(db);
  await grantTable(db, 'verifier', 'registry_states', {
    login: 'select, insert, update (epoch, confirmed_at, expires_at, records)',
  });
}
