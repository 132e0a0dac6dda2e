import type { Kysely } from 'kysely';
import { asRole } from '#kit/database';
import { purgeAnswers } from '#ledger/idempotency';
import type { Tables } from './tables.ts';

const ANSWERS_KEPT_MS = 24 * 60 * 60 * 1000;

/** Forgets what has ended: used assertions, answers, and signing keys with their private halves. */
export async function purgeEnded(db: Kysely<Tables>, at: number): Promise<void> {
  const now = new Date(at);
  await asRole(db, 'authz_jobs', async (trx) => {
    await trx.deleteFrom('oidc_models').where('expires_at', '<=', now).execute();
    await trx.deleteFrom('signing_keys').where('published_until', '<=', now).execute();
    await purgeAnswers(trx, new Date(at - ANSWERS_KEPT_MS));
  });
}
