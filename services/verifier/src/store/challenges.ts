import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { asRole, inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Challenges } from '../domain/ports.ts';
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
        if (!(await useUp(trx, hash, new Date(at)))) return whyNot(trx, hash);
        await keepReliances(trx, odsCode, at, reliances);
        const subject = { challenge: hash.toString('hex'), overall, credentials, passed };
        await appendAudit(trx, at, [{ action: 'challenge.used', odsCode, clientId, subject }]);
        return 'burned';
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
async function useUp(trx: Transaction<Tables>, hash: Buffer, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('challenges')
    .set({ used_at: at })
    .where('challenge_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

async function whyNot(
  trx: Transaction<Tables>,
  hash: Buffer,
): Promise<'unknown' | 'used' | 'expired'> {
  const row = await trx
    .selectFrom('challenges')
    .select('used_at')
    .where('challenge_hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined) return 'unknown';
  return row.used_at === null ? 'expired' : 'used';
}

function hashOf(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest();
}
