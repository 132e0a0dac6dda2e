import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // An entry of an IETF Token Status List is watched too.
  await sql`alter table reliances
    drop constraint reliances_status_purpose_check,
    add constraint reliances_status_purpose_check
      check (status_purpose in ('revocation', 'suspension', 'message', 'token'))`.execute(db);
}
