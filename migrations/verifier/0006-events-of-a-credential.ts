import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What was told of one credential is asked for when it is verified as of a past time.
  await sql`create index on events (ods_code, credential_id)`.execute(db);
}
