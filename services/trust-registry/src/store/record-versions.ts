import { type Kysely, sql, type Transaction } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { VcError } from '#vc/error';
import type { OrganisationRecord } from '../domain/organisation.ts';
import {
  ACCREDITATION_COLUMNS,
  KEY_COLUMNS,
  LEAD_EMPLOYMENT_COLUMNS,
  ORGANISATION_COLUMNS,
  STATUS_COLUMNS,
  toAccreditation,
  toDatedStatus,
  toLeadEmployment,
  toOrganisation,
  toPinnedKey,
} from './rows.ts';
import type { Tables } from './tables.ts';

const LONGEST_CHANGE = '30 seconds';

/**
 * Writes down what the registry now says of these organisations: the last thing that a transaction does which changed
 * any of it, once, with every organisation whose record it changed. An organisation that is not there gets no version.
 *
 * Nothing is missed, and epochs are in the order of commits. There is one row in `registry_epoch`; the update below
 * holds it until this transaction ends, so the next one waits here and takes its number only after we committed, or
 * takes ours when we rolled back. Hence whoever sees epoch n in a snapshot of the database sees all versions up to n:
 * a reader that asks later for what is above n gets the rest and loses nothing. The records are read after the row is
 * held, by statements with snapshots of their own (read committed), so they hold whatever an earlier change committed
 * while we waited: an old state never gets the higher number. For the same reason `recorded_at` rises strictly with
 * the epoch, also when a clock goes back or a waiting change took its time before another: "what was known at K" is
 * then a prefix of the history.
 *
 * A change that took longer than LONGEST_CHANGE is refused: what was known at a time that lies a minute back must be
 * settled, and this version would still be recorded as of its beginning.
 *
 * @param at milliseconds; a version is recorded then, or 1 ms after the one before it if that is later
 * @returns the registry's epoch after it
 * @throws VcError SERVICE_UNAVAILABLE when the transaction is too old
 */
export async function appendVersions(
  trx: Transaction<Tables>,
  odsCodes: readonly string[],
  at: number,
): Promise<number> {
  const { epoch, recorded_at, in_time } = await trx
    .updateTable('registry_epoch')
    .set({
      epoch: sql`epoch + 1`,
      recorded_at: sql`greatest(recorded_at + interval '1 millisecond', ${new Date(at)}::timestamptz)`,
    })
    .returning([
      'epoch',
      'recorded_at',
      sql<boolean>`clock_timestamp() - transaction_timestamp() < ${LONGEST_CHANGE}::interval`.as(
        'in_time',
      ),
    ])
    .executeTakeFirstOrThrow();
  if (!in_time) throw new VcError('SERVICE_UNAVAILABLE', 'The change had to wait for too long');
  const records = await readCurrentRecords(trx, [...new Set(odsCodes)], epoch);
  if (records.length > 0) {
    await trx
      .insertInto('record_versions')
      .values(
        records.map((record) => ({
          ods_code: record.organisation.odsCode,
          epoch,
          recorded_at,
          record: JSON.stringify(record),
        })),
      )
      .execute();
  }
  return epoch;
}

/**
 * Gives a first version to organisations that were registered before there were versions. Many replicas may start at
 * once: who waited for the epoch looks again and finds nothing left to do.
 */
export async function appendMissingVersions(db: Kysely<Tables>, at: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if ((await listUnversioned(trx)).length === 0) return;
    await trx.selectFrom('registry_epoch').select('epoch').forUpdate().executeTakeFirstOrThrow();
    const left = await listUnversioned(trx);
    if (left.length > 0) await appendVersions(trx, left, at);
  });
}

async function listUnversioned(trx: Transaction<Tables>): Promise<string[]> {
  const rows = await trx
    .selectFrom('organisations')
    .select('ods_code')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('record_versions')
            .select('epoch')
            .whereRef('record_versions.ods_code', '=', 'organisations.ods_code'),
        ),
      ),
    )
    .execute();
  return rows.map(({ ods_code }) => ods_code);
}

/** One statement, so one snapshot: never a key's new state beside an accreditation's old one. */
async function readCurrentRecords(
  trx: Transaction<Tables>,
  odsCodes: readonly string[],
  epoch: number,
): Promise<OrganisationRecord[]> {
  if (odsCodes.length === 0) return [];
  const rows = await trx
    .selectFrom('organisations')
    .select([...ORGANISATION_COLUMNS])
    .select((builder) => [
      jsonArrayFrom(
        builder
          .selectFrom('organisation_statuses')
          .select([...STATUS_COLUMNS])
          .whereRef('organisation_statuses.ods_code', '=', 'organisations.ods_code')
          .orderBy('number'),
      ).as('statuses'),
      jsonArrayFrom(
        builder
          .selectFrom('keys')
          .innerJoin('key_purposes', 'key_purposes.thumbprint', 'keys.thumbprint')
          .select([...KEY_COLUMNS])
          .whereRef('keys.ods_code', '=', 'organisations.ods_code')
          .orderBy('keys.pinned_at')
          .orderBy('keys.thumbprint')
          .orderBy('key_purposes.purpose'),
      ).as('keys'),
      jsonArrayFrom(
        builder
          .selectFrom('accreditations')
          .select([...ACCREDITATION_COLUMNS])
          .whereRef('accreditations.ods_code', '=', 'organisations.ods_code')
          .orderBy('credential_type')
          .orderBy('action')
          .orderBy('valid_from')
          .orderBy('id'),
      ).as('accreditations'),
      jsonArrayFrom(
        builder
          .selectFrom('lead_employments')
          .select([...LEAD_EMPLOYMENT_COLUMNS])
          .where((where) =>
            where.or([
              where('lead_ods_code', '=', where.ref('organisations.ods_code')),
              where('host_ods_code', '=', where.ref('organisations.ods_code')),
            ]),
          )
          .orderBy('valid_from')
          .orderBy('id'),
      ).as('lead_employments'),
    ])
    .where('ods_code', 'in', odsCodes)
    .orderBy('ods_code')
    .execute();
  return rows.map((row) => ({
    organisation: { ...toOrganisation(row), statusHistory: row.statuses.map(toDatedStatus) },
    keys: row.keys.map(toPinnedKey),
    accreditations: row.accreditations.map(toAccreditation),
    leadEmployments: row.lead_employments.map(toLeadEmployment),
    epoch,
  }));
}
