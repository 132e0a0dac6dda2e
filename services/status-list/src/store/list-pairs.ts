import { type Kysely, sql } from 'kysely';
import type { ListPair } from '../domain/ports.ts';
import type { SecretSeal } from './sealed-secret.ts';
import type { Tables } from './tables.ts';

/** A pair by its id, of the transaction's trust. */
export async function findListPair(
  trx: Kysely<Tables>,
  seal: SecretSeal,
  pairId: string,
): Promise<ListPair | undefined> {
  const row = await trx
    .selectFrom('list_pairs as p')
    .innerJoin('lists as r', (join) =>
      join.onRef('r.pair_id', '=', 'p.id').on('r.purpose', '=', 'revocation'),
    )
    .innerJoin('lists as s', (join) =>
      join.onRef('s.pair_id', '=', 'p.id').on('s.purpose', '=', 'suspension'),
    )
    .select(['p.id', 'p.size', 'p.slice_size', 'p.sealed_secret'])
    .select(['r.id as revocation_list', 's.id as suspension_list'])
    .where('p.id', '=', pairId)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      revocationListId: row.revocation_list,
      suspensionListId: row.suspension_list,
      size: row.size,
      sliceSize: row.slice_size,
      secret: row.sealed_secret === null ? undefined : seal.open(row.sealed_secret, row.id),
    }
  );
}

/** Holds a named lock to the end of the transaction; what is read afterwards has all that earlier holders committed. */
export async function lockFor(trx: Kysely<Tables>, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}

/** Held by whoever changes bits of a pair or adds a list to it: these follow each other. */
export function lockPair(trx: Kysely<Tables>, pairId: string): Promise<void> {
  return lockFor(trx, `changes of ${pairId}`);
}
