import type { Kysely } from 'kysely';
import type { Clock } from '#vc/clock';
import type { Tables } from './tables.ts';

/** What oidc-provider keeps for a while, by model and id. */
export interface ModelStore {
  /** @returns false, and changes nothing, while there is one that has not ended: of any number at once, one wins */
  saveNew(model: string, id: string, payload: object, seconds: number): Promise<boolean>;
}

export function createModelStore(db: Kysely<Tables>, clock: Clock): ModelStore {
  return {
    async saveNew(model, id, payload, seconds) {
      const now = clock();
      const row = {
        payload: JSON.stringify(payload),
        expires_at: new Date(now + Math.ceil(seconds) * 1000),
      };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('oidc_models')
        .values({ model, id, ...row })
        .onConflict((there) =>
          there
            .columns(['model', 'id'])
            .doUpdateSet(row)
            .where('oidc_models.expires_at', '<=', new Date(now)),
        )
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
