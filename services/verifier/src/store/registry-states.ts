import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import { inTransaction } from '#kit/database';
import type {
  AdvanceOptions,
  RegistryState,
  RegistryStates,
  TrustRecord,
} from '../domain/ports.ts';
import type { Tables } from './tables.ts';

/** What is known of each cell's registry, shared by all replicas and kept across restarts. */
export function createRegistryStates(db: Kysely<Tables>): RegistryStates {
  return {
    async load() {
      const rows = await db
        .selectFrom('registry_states')
        .select(['cell_did', 'epoch', 'confirmed_at', 'expires_at', 'records'])
        .execute();
      return rows.map(fromRow);
    },

    advance: (state, options) =>
      inTransaction(db, async (trx) => {
        const isConfirmed = !options.hasNewRecords && (await confirm(trx, state, options));
        if (!isConfirmed) await replace(trx, state, options);
        return readBack(trx, state);
      }),
  };
}

/** Without the records, which stay as they are. @returns whether this state, or an older one of its epoch, was kept */
async function confirm(
  trx: Transaction<Tables>,
  state: RegistryState,
  options: AdvanceOptions,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('registry_states')
    .set({ confirmed_at: new Date(state.confirmedAt), expires_at: new Date(state.expiresAt) })
    .where('cell_did', '=', state.cell)
    .where('epoch', '=', state.epoch)
    .where((row) => isNoNewer(row, state, options))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** One statement, so that of replicas that write at once the newest state stays. */
async function replace(
  trx: Transaction<Tables>,
  state: RegistryState,
  options: AdvanceOptions,
): Promise<void> {
  const values = {
    epoch: state.epoch,
    confirmed_at: new Date(state.confirmedAt),
    expires_at: new Date(state.expiresAt),
    records: JSON.stringify([...state.records.values()]),
  };
  await trx
    .insertInto('registry_states')
    .values({ cell_did: state.cell, ...values })
    .onConflict((conflict) =>
      conflict
        .column('cell_did')
        .doUpdateSet(values)
        .where((row) =>
          row.or([
            row('registry_states.epoch', '<', state.epoch),
            row.and([
              row('registry_states.epoch', '=', state.epoch),
              isNoNewer(row, state, options),
            ]),
          ]),
        ),
    )
    .execute();
}

/** Whether what is kept was confirmed no later, or at a time that has not come: by clocks that ran ahead. */
function isNoNewer(
  row: ExpressionBuilder<Tables, 'registry_states'>,
  state: RegistryState,
  { latest }: AdvanceOptions,
) {
  return row.or([
    row('registry_states.confirmed_at', '<=', new Date(state.confirmedAt)),
    row('registry_states.confirmed_at', '>', new Date(latest)),
  ]);
}

/** The epoch now kept is this one or higher: it only ever rises. Records are read only where they are not at hand. */
async function readBack(trx: Transaction<Tables>, state: RegistryState): Promise<RegistryState> {
  const kept = trx.selectFrom('registry_states').where('cell_did', '=', state.cell);
  const times = await kept
    .select(['epoch', 'confirmed_at', 'expires_at'])
    .executeTakeFirstOrThrow();
  if (times.epoch > state.epoch) {
    return fromRow(
      await kept
        .select(['cell_did', 'epoch', 'confirmed_at', 'expires_at', 'records'])
        .executeTakeFirstOrThrow(),
    );
  }
  return {
    ...state,
    confirmedAt: times.confirmed_at.getTime(),
    expiresAt: times.expires_at.getTime(),
  };
}

function fromRow(row: {
  cell_did: string;
  epoch: number;
  confirmed_at: Date;
  expires_at: Date;
  records: unknown;
}): RegistryState {
  // Only statements that were checked are written.
  const records = row.records as TrustRecord[];
  return {
    cell: row.cell_did,
    epoch: row.epoch,
    confirmedAt: row.confirmed_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    records: new Map(records.map((record) => [record.organisation.did, record])),
  };
}
