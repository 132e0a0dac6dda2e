import type { Kysely } from 'kysely';
import { grantTable } from '../shared.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A sign-in that is done, and a grant whose code was used twice, end at once and not when they would have anyway.
  await grantTable(db, 'authz', 'oidc_models', { login: 'delete' });
}
