import { type Kysely, sql, type Transaction } from 'kysely';
import { asRole, inTenant } from '#kit/database';
import type { Clock } from '#vc/clock';
import type { SettlerDeps, Unsettled } from '../domain/settle-lifecycle.ts';
import type { SupersedingLedger } from '../domain/superseding.ts';
import type { WithdrawalLedger } from '../domain/withdrawal.ts';
import type { Tables } from './tables.ts';

export type SettlingStore = SupersedingLedger &
  WithdrawalLedger &
  Pick<SettlerDeps, 'findUnsettled'>;

/** What a commit promised of credentials and the status lists do not show yet. */
export function createSettlingStore(deps: { db: Kysely<Tables>; clock: Clock }): SettlingStore {
  const { db, clock } = deps;
  return {
    findUnsettled: ({ except, limit }) =>
      asRole(db, 'issuer_jobs', async (trx) => [
        ...(await unsettled(trx, 'superseding', except)
          .where('supersedes', 'is not', null)
          .where('superseded_done_at', 'is', null)
          .limit(limit)
          .execute()),
        ...(await unsettled(trx, 'withdrawal', except)
          .where('lifecycle', '=', 'withdrawn')
          .where('status', '<>', 'revoked')
          .limit(limit)
          .execute()),
      ]),

    findSuperseding: (odsCode, by) =>
      inTenant(db, odsCode, async (trx) => {
        const query = trx
          .selectFrom('credentials as newer')
          .leftJoin('credential_lifecycle_events as event', (join) =>
            join
              .onRef('event.credential_id', '=', 'newer.supersedes')
              .on('event.event', 'in', ['superseded', 'reissued']),
          )
          .select([
            'newer.id as newerId',
            'newer.supersedes as olderId',
            'newer.requested_by as clientId',
            'event.person',
          ])
          .where('newer.ods_code', '=', odsCode)
          .where('newer.superseded_done_at', 'is', null);
        const row = await ('newerId' in by
          ? query.where('newer.id', '=', by.newerId)
          : query.where('newer.supersedes', '=', by.olderId)
        ).executeTakeFirst();
        const { olderId = null, person } = row ?? {};
        if (row === undefined || olderId === null) return undefined;
        return { ...row, olderId, person: person ?? undefined };
      }),

    settleSuperseding: (odsCode, { newerId, olderId }, { isRevoked }) =>
      inTenant(db, odsCode, async (trx) => {
        const older = await trx
          .selectFrom('credentials')
          .select('status')
          .where('id', '=', olderId)
          .forUpdate()
          .executeTakeFirst();
        if (older?.status === 'active' && !isRevoked) return;
        await trx
          .updateTable('credentials')
          .set({ superseded_done_at: new Date(clock()) })
          .where('id', '=', newerId)
          .where('superseded_done_at', 'is', null)
          .execute();
      }),

    findWithdrawal: (odsCode, id) =>
      inTenant(db, odsCode, async (trx) => {
        const row = await trx
          .selectFrom('credentials')
          .innerJoin(
            'credential_lifecycle_events as event',
            'event.credential_id',
            'credentials.id',
          )
          .select(['event.client_id as clientId', 'event.person'])
          .where('credentials.id', '=', id)
          .where('credentials.status', '<>', 'revoked')
          .where('event.event', '=', 'withdrawn')
          .executeTakeFirst();
        return row && { clientId: row.clientId, person: row.person ?? undefined };
      }),
  };
}

function unsettled(trx: Transaction<Tables>, kind: Unsettled['kind'], except: readonly string[]) {
  return trx
    .selectFrom('credentials')
    .select(['id', 'ods_code as odsCode', sql.lit(kind).as('kind')])
    .where('id', '<>', sql<string>`all(${[...except]}::uuid[])`)
    .orderBy('issued_at');
}
