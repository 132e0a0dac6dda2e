import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { asRole, inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Challenges, ChallengeFate } from '../domain/ports.ts';
import { keepReliances } from './reliances.ts';
import type { Tables } from './tables.ts';

export interface ChallengeStore extends Challenges {
  /** Forgets challenges that ended before then. @returns how many */
  purge(olderThan: Date): Promise<number>;
}

/** Challenges under row-level security: another trust's does not exist here. Only their SHA-256 is kept. */
export function createChallengeStore(db: Kysely<Tables>): ChallengeStore {
  return {
    create({ challenge, asker, at, expiresAt }) {
      const { odsCode, clientId } = asker;
      const hash = hashOf(challenge);
      return inTenant(db, odsCode, async (trx) => {
        await trx
          .insertInto('challenges')
          .values({
            challenge_hash: hash,
            ods_code: odsCode,
            created_at: new Date(at),
            expires_at: new Date(expiresAt),
          })
          .execute();
        const subject = { challenge: hash.toString('hex') };
        await appendAudit(trx, at, [{ action: 'challenge.created', odsCode, clientId, subject }]);
      });
    },

    burn({ challenge, asker, at, overall, credentials, passed, reliances }) {
      const { odsCode, clientId } = asker;
      const hash = hashOf(challenge);
      return inTenant(db, odsCode, async (trx) => {
        const fate =
          overall === 'unknown' ? await fateOf(trx, hash, at) : await useUp(trx, hash, at);
        if (fate !== 'burned' && fate !== 'kept') return fate;
        if (fate === 'burned') await keepReliances(trx, odsCode, at, reliances);
        const action = fate === 'burned' ? 'challenge.used' : 'challenge.kept';
        const subject = { challenge: hash.toString('hex'), overall, credentials, passed };
        await appendAudit(trx, at, [{ action, odsCode, clientId, subject }]);
        return fate;
      });
    },

    purge: (olderThan) =>
      asRole(db, 'verifier_jobs', async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('challenges')
          .where('expires_at', '<', olderThan)
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }),
  };
}

/**
 * One statement, so that of parallel uses one wins: the others wait for its row lock, then meet the condition again
 * on the row as it was committed.
 */
async function useUp(
  trx: Transaction<Tables>,
  hash: Buffer,
  at: number,
): Promise<Exclude<ChallengeFate, 'kept'>> {
  const { numUpdatedRows } = await trx
    .updateTable('challenges')
    .set({ used_at: new Date(at) })
    .where('challenge_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(at))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) return 'burned';
  const fate = await fateOf(trx, hash, at);
  // It was over at that moment, or it would have been used up.
  return fate === 'kept' ? 'expired' : fate;
}

/** What would become of it, without using it up: `kept` while it is open. */
async function fateOf(
  trx: Transaction<Tables>,
  hash: Buffer,
  at: number,
): Promise<Exclude<ChallengeFate, 'burned'>> {
  const row = await trx
    .selectFrom('challenges')
    .select(['used_at', 'expires_at'])
    .where('challenge_hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined) return 'unknown';
  if (row.used_at !== null) return 'used';
  return row.expires_at.getTime() > at ? 'kept' : 'expired';
}

function hashOf(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest();
}
