import type { Kysely, Transaction } from 'kysely';
import type { ChallengeStore } from '../domain/ports.ts';
import { hashChallenge } from './key-changes.ts';
import type { Tables } from './tables.ts';

export function createChallengeStore(db: Kysely<Tables>): ChallengeStore {
  return {
    async insertChallenge(challenge, { odsCode, expiresAt }) {
      await db
        .insertInto('key_challenges')
        .values({
          challenge_hash: hashChallenge(challenge),
          ods_code: odsCode,
          expires_at: new Date(expiresAt),
          used_at: null,
        })
        .execute();
    },
  };
}

/** Deletes challenges that expired before, for the jobs role: they must outlive the changes that carry their proofs. */
export async function purgeChallenges(trx: Transaction<Tables>, before: Date): Promise<void> {
  await trx.deleteFrom('key_challenges').where('expires_at', '<', before).execute();
}
