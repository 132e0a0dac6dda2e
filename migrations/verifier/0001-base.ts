import type { Kysely } from 'kysely';
import { createAudit } from '../audit-objects.ts';
import { createIdempotencyKeys } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAudit(db, 'verifier');
  await createIdempotencyKeys(db, 'verifier');
}
