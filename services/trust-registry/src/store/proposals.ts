import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { RegistryChange } from '../domain/changes/change.ts';
import type { Operation } from '../domain/changes/operation.ts';
import type { ChangeReader, ProposalChanges } from '../domain/ports.ts';
import { type Tables, toMilliseconds, toMillisecondsOrNull } from './tables.ts';

const COLUMNS = [
  'id',
  'number',
  'state',
  'ods_codes',
  'operations',
  'note',
  'proposed_by',
  'proposed_for',
  'proposed_at',
  'expires_at',
  'decided_by',
  'decided_at',
  'results',
  'epoch',
] as const;

/** Changes as a transaction makes and decides them. */
export function proposalChanges(trx: Transaction<Tables>): ProposalChanges {
  return {
    findChange: (id) => findChange(trx, id),

    async insertChange(change) {
      await trx
        .insertInto('changes')
        .values({
          id: change.id,
          state: change.state,
          ods_codes: change.odsCodes,
          operations: JSON.stringify(change.operations),
          note: change.note,
          proposed_by: change.proposedBy,
          proposed_for: change.proposedFor,
          proposed_at: new Date(change.proposedAt),
          expires_at: new Date(change.expiresAt),
          decided_by: null,
          decided_at: null,
          decision_note: null,
          results: '[]',
          epoch: null,
        })
        .execute();
    },

    // Whoever comes second waits for the row, and finds then that it is proposed no more.
    async decideChange(id, { state, by, at, note }) {
      const decided = await trx
        .updateTable('changes')
        .set({ state, decided_by: by, decided_at: new Date(at), decision_note: note })
        .where('id', '=', id)
        .where('state', '=', 'proposed')
        .where('expires_at', '>', new Date(at))
        .returning('id')
        .executeTakeFirst();
      return decided !== undefined;
    },

    async completeChange(id, { results, epoch }) {
      await trx
        .updateTable('changes')
        .set({ results: JSON.stringify(results), epoch })
        .where('id', '=', id)
        .execute();
    },
  };
}

/** Changes as people read them. */
export function createChangeReader(db: Kysely<Tables>): ChangeReader {
  return {
    findChange: (id) => findChange(db, id),

    async listChanges({ state, odsCodes, before, limit, now }) {
      let query = db.selectFrom('changes').select([...COLUMNS]);
      const open = sql<boolean>`expires_at > ${new Date(now)}`;
      if (state === 'proposed') query = query.where('state', '=', state).where(open);
      else if (state === 'expired') {
        query = query
          .where('state', 'in', ['proposed', 'expired'])
          .where(sql<boolean>`not ${open}`);
      } else if (state !== undefined) query = query.where('state', '=', state);
      if (odsCodes.length > 0) query = query.where('ods_codes', '@>', sql.val(odsCodes));
      if (before !== undefined) query = query.where('number', '<', before);
      const rows = await query.orderBy('number', 'desc').limit(limit).execute();
      return rows.map(toChange);
    },
  };
}

async function findChange(db: Kysely<Tables>, id: string): Promise<RegistryChange | undefined> {
  const row = await db
    .selectFrom('changes')
    .select([...COLUMNS])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toChange(row);
}

function toChange(
  row: Pick<Selectable<Tables['changes']>, (typeof COLUMNS)[number]>,
): RegistryChange {
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    odsCodes: row.ods_codes,
    // what the contract of proposals has let in, and nothing has changed since
    operations: row.operations as Operation[],
    note: row.note,
    proposedBy: row.proposed_by,
    proposedFor: row.proposed_for,
    proposedAt: toMilliseconds(row.proposed_at),
    expiresAt: toMilliseconds(row.expires_at),
    decidedBy: row.decided_by,
    decidedAt: toMillisecondsOrNull(row.decided_at),
    results: row.results as Record<string, string>[],
    epoch: row.epoch,
  };
}
