import type { Kysely } from 'kysely';
import { inTransaction } from '#kit/database';
import type { SeenVersions } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

/**
 * The highest version met of each status list, and of the genesis file under its anchor's DID; shared by all replicas and
 * kept across restarts.
 */
export function createSeenVersions(db: Kysely<Tables>): SeenVersions {
  return {
    advance: ({ listUrl, version, digest, at }) =>
      inTransaction(db, async (trx) => {
        const row = {
          list_url: listUrl,
          version,
          digest: Buffer.from(digest),
          seen_at: new Date(at),
        };
        await trx
          .insertInto('seen_list_versions')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .column('list_url')
              .doUpdateSet({ version, digest: row.digest, seen_at: row.seen_at })
              .where('seen_list_versions.version', '<', version),
          )
          .execute();
        // The version now stored is this one or higher: it only ever rises.
        const stored = await trx
          .selectFrom('seen_list_versions')
          .select(['version', 'digest'])
          .where('list_url', '=', listUrl)
          .executeTakeFirstOrThrow();
        if (stored.version > version) return 'older';
        return stored.digest.equals(row.digest) ? 'newest' : 'different';
      }),
  };
}
