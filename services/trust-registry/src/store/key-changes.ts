import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { KeyChanges } from '../domain/ports.ts';
import { KEY_COLUMNS, toPinnedKey } from './rows.ts';
import type { Tables } from './tables.ts';

export function keyChanges(trx: Kysely<Tables>): KeyChanges {
  const selectKeys = (odsCode: string) =>
    trx
      .selectFrom('keys')
      .innerJoin('key_purposes', 'key_purposes.thumbprint', 'keys.thumbprint')
      .select([...KEY_COLUMNS])
      .where('keys.ods_code', '=', odsCode)
      .orderBy('keys.thumbprint')
      .orderBy('key_purposes.purpose');
  return {
    async insertKey({ thumbprint, publicKeyMultibase, odsCode }, at) {
      await trx
        .insertInto('keys')
        .values({
          thumbprint,
          ods_code: odsCode,
          public_key_multibase: publicKeyMultibase,
          state: 'active',
          state_reason: null,
          pinned_at: new Date(at),
          state_changed_at: new Date(at),
        })
        .onConflict((conflict) => conflict.column('thumbprint').doNothing())
        .execute();
      const held = await trx
        .selectFrom('keys')
        .select(['ods_code', 'state'])
        .where('thumbprint', '=', thumbprint)
        .executeTakeFirstOrThrow();
      return { odsCode: held.ods_code, state: held.state };
    },

    async insertKeyPurpose({ thumbprint, purpose, validFrom, validUntil }) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('key_purposes')
        .values({
          thumbprint,
          purpose,
          valid_from: new Date(validFrom),
          valid_until: validUntil === null ? null : new Date(validUntil),
        })
        .onConflict((conflict) => conflict.columns(['thumbprint', 'purpose']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async listKeys(odsCode) {
      return (await selectKeys(odsCode).execute()).map(toPinnedKey);
    },

    async listKeyPurposes(odsCode, thumbprint) {
      const rows = await selectKeys(odsCode).where('keys.thumbprint', '=', thumbprint).execute();
      return rows.map(toPinnedKey);
    },

    async updateKeyState(thumbprint, { state, reason, at }) {
      await trx
        .updateTable('keys')
        .set({ state, state_reason: reason, state_changed_at: new Date(at) })
        .where('thumbprint', '=', thumbprint)
        .execute();
    },

    async endKeyPurposes(thumbprint, at) {
      // least() leaves out a null
      await trx
        .updateTable('key_purposes')
        .set({
          valid_until: sql`greatest(valid_from, least(valid_until, ${new Date(at)}::timestamptz))`,
        })
        .where('thumbprint', '=', thumbprint)
        .execute();
    },

    async useChallenge(challenge, { odsCode, aliveAt, usedAt }) {
      const { numUpdatedRows } = await trx
        .updateTable('key_challenges')
        .set({ used_at: new Date(usedAt) })
        .where('challenge_hash', '=', hashChallenge(challenge))
        .where('ods_code', '=', odsCode)
        .where('expires_at', '>', new Date(aliveAt))
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

/** Who reads the table learns no challenge that could still be signed. */
export function hashChallenge(challenge: string): Buffer {
  return createHash('sha256').update(challenge).digest();
}
