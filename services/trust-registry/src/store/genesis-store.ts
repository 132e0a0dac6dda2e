import type { Kysely } from 'kysely';
import type { GenesisStore } from '../domain/load-genesis.ts';
import type { Tables } from './tables.ts';

export function createGenesisStore(db: Kysely<Tables>): GenesisStore {
  return {
    // one statement: of replicas that start together with different editions, the newest stays
    async replaceOlder({ anchor, version, document }, at) {
      await db
        .insertInto('genesis')
        .values({ anchor, version, document, loaded_at: new Date(at) })
        .onConflict((conflict) =>
          conflict
            .column('only')
            .doUpdateSet({ anchor, version, document, loaded_at: new Date(at) })
            // versions of another anchor, which the operator configured, count anew
            .where((where) =>
              where.or([
                where('genesis.version', '<', version),
                where('genesis.anchor', '<>', anchor),
              ]),
            ),
        )
        .execute();
      return db.selectFrom('genesis').select(['version', 'document']).executeTakeFirstOrThrow();
    },
  };
}
