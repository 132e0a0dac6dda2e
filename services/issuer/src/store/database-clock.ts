import { type Kysely, sql } from 'kysely';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Tables } from './tables.ts';

/*
 * Replicas share the database and nothing else that tells the time. A process whose clock is wrong would sign dates
 * that its neighbours call the future, or ones that verifiers judge by another state of the registry; so what it
 * signed is compared, as it is committed, with the one clock that all replicas have.
 */

/** What the database says it is, as a column of whatever is asked of it anyway. */
export const databaseNow = sql<Date>`clock_timestamp()`.as('database_now');

/** @throws VcError SERVICE_UNAVAILABLE when a time of ours (milliseconds since the epoch) is too far from it */
export function checkSkew(ours: number, database: Date, maxSkewMs: number): void {
  if (Math.abs(ours - database.getTime()) <= maxSkewMs) return;
  throw new VcError('SERVICE_UNAVAILABLE', "This process's clock and the database's differ");
}

/** A readiness check. @throws VcError SERVICE_UNAVAILABLE */
export async function checkClock(
  db: Kysely<Tables>,
  { clock, maxSkewMs }: { clock: Clock; maxSkewMs: number },
): Promise<void> {
  const { database_now } = await db.selectNoFrom(databaseNow).executeTakeFirstOrThrow();
  checkSkew(clock(), database_now, maxSkewMs);
}
