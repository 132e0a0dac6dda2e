import { type Kysely, sql } from 'kysely';
import type { Clock } from '#vc/clock';
import type { Tables } from './tables.ts';

/** What oidc-provider keeps for a while, by model and id. */
export interface ModelStore {
  /** @returns false, and changes nothing, while there is one that has not ended: of any number at once, one wins */
  saveNew(model: string, id: string, payload: object, seconds: number): Promise<boolean>;
  save(model: string, id: string, payload: object, seconds: number): Promise<void>;
  /** @returns undefined also for one that has ended */
  find(model: string, id: string): Promise<object | undefined>;
  /** Marks it `consumed`. @returns false when it was, or is not there: of any number at once, one wins */
  consume(model: string, id: string): Promise<boolean>;
  remove(model: string, id: string): Promise<void>;
  removeByGrant(model: string, grantId: string): Promise<void>;
}

export function createModelStore(db: Kysely<Tables>, clock: Clock): ModelStore {
  return {
    async saveNew(model, id, payload, seconds) {
      const now = clock();
      const row = rowOf(payload, seconds, now);
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
    async save(model, id, payload, seconds) {
      const row = rowOf(payload, seconds, clock());
      await db
        .insertInto('oidc_models')
        .values({ model, id, ...row })
        .onConflict((there) => there.columns(['model', 'id']).doUpdateSet(row))
        .execute();
    },
    async find(model, id) {
      const row = await db
        .selectFrom('oidc_models')
        .select('payload')
        .where('model', '=', model)
        .where('id', '=', id)
        .where('expires_at', '>', new Date(clock()))
        .executeTakeFirst();
      return row?.payload;
    },
    async consume(model, id) {
      const consumed = JSON.stringify({ consumed: Math.floor(clock() / 1000) });
      const { numUpdatedRows } = await db
        .updateTable('oidc_models')
        .set({ payload: sql`payload || ${consumed}::jsonb` })
        .where('model', '=', model)
        .where('id', '=', id)
        .where(sql<boolean>`payload -> 'consumed' is null`)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async remove(model, id) {
      await db.deleteFrom('oidc_models').where('model', '=', model).where('id', '=', id).execute();
    },
    async removeByGrant(model, grantId) {
      await db
        .deleteFrom('oidc_models')
        .where('model', '=', model)
        .where(sql<boolean>`payload ->> 'grantId' = ${grantId}`)
        .execute();
    },
  };
}

function rowOf(payload: object, seconds: number, now: number) {
  return {
    payload: JSON.stringify(payload),
    expires_at: new Date(now + Math.ceil(seconds) * 1000),
  };
}
