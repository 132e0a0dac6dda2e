import type { Kysely, Selectable } from 'kysely';
import { inTenant } from '#kit/database';
import type { Events, StatusEvent } from '../domain/watching/ports.ts';
import type { Tables } from './tables.ts';

/** What a trust was told, under row-level security. */
export function createEvents(db: Kysely<Tables>): Events {
  return {
    list: (odsCode, { after, limit }) =>
      inTenant(db, odsCode, async (trx) => {
        const rows = await trx
          .selectFrom('events')
          .select(EVENT_COLUMNS)
          .where('ods_code', '=', odsCode)
          .where('number', '>', after)
          .orderBy('number')
          .limit(limit)
          .execute();
        return rows.map(toStatusEvent);
      }),
  };
}

const EVENT_COLUMNS = [
  'id',
  'number',
  'credential_id',
  'issuer',
  'status_purpose',
  'value',
  'list_version',
  'at',
] as const;

export type EventRow = Pick<Selectable<Tables['events']>, (typeof EVENT_COLUMNS)[number]>;

export function toStatusEvent(row: EventRow): StatusEvent {
  return {
    id: row.id,
    number: row.number,
    credentialId: row.credential_id,
    issuer: row.issuer,
    purpose: row.status_purpose,
    value: row.value,
    listVersion: row.list_version,
    at: row.at.getTime(),
  };
}
