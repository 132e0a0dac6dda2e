import { type Kysely, sql } from 'kysely';
import type { OrganisationChanges } from '../domain/ports.ts';
import {
  LEAD_EMPLOYMENT_COLUMNS,
  ORGANISATION_COLUMNS,
  STATUS_COLUMNS,
  toDatedStatus,
  toLeadEmployment,
  toOrganisation,
} from './rows.ts';
import type { Tables } from './tables.ts';

export function organisationChanges(trx: Kysely<Tables>): OrganisationChanges {
  return {
    async findOrganisation(odsCode) {
      const row = await trx
        .selectFrom('organisations')
        .select([...ORGANISATION_COLUMNS])
        .where('ods_code', '=', odsCode)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const statuses = await trx
        .selectFrom('organisation_statuses')
        .select([...STATUS_COLUMNS])
        .where('ods_code', '=', odsCode)
        .orderBy('number')
        .execute();
      return { ...toOrganisation(row), statusHistory: statuses.map(toDatedStatus) };
    },

    async insertOrganisation(organisation, at) {
      const { odsCode, name, kind, icsOdsCode, admittedBy, systemApproach, status } = organisation;
      const moment = new Date(at);
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('organisations')
        .values({
          ods_code: odsCode,
          name,
          kind,
          ics_ods_code: icsOdsCode,
          admitted_by: admittedBy,
          system_approach: systemApproach,
          status,
          status_reason: null,
          merged_into: null,
          registered_at: moment,
          status_changed_at: moment,
        })
        .onConflict((conflict) => conflict.column('ods_code').doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) return false;
      await trx
        .insertInto('organisation_statuses')
        .values({
          ods_code: odsCode,
          number: 1,
          status,
          valid_from: moment,
          merged_into: null,
          reason: null,
        })
        .execute();
      return true;
    },

    async updateOrganisationStatus(odsCode, { status, mergedInto, reason, validFrom, at }) {
      await trx
        .updateTable('organisations')
        .set({
          status,
          merged_into: mergedInto,
          status_reason: reason,
          status_changed_at: new Date(at),
        })
        .where('ods_code', '=', odsCode)
        .execute();
      await trx
        .insertInto('organisation_statuses')
        .values({
          ods_code: odsCode,
          number: sql`(select coalesce(max(number), 0) + 1 from organisation_statuses
            where ods_code = ${odsCode})`,
          status,
          valid_from: new Date(validFrom),
          merged_into: mergedInto,
          reason,
        })
        .execute();
    },

    async listMergedInto(odsCodes) {
      const rows = await trx
        .selectFrom('organisations')
        .select('ods_code')
        .where('merged_into', 'in', odsCodes)
        .execute();
      return rows.map(({ ods_code }) => ods_code);
    },

    async listLeadEmployments(leadEmployer) {
      const rows = await trx
        .selectFrom('lead_employments')
        .select([...LEAD_EMPLOYMENT_COLUMNS])
        .where('lead_ods_code', '=', leadEmployer)
        .execute();
      return rows.map(toLeadEmployment);
    },

    async insertLeadEmployment({ id, leadEmployer, host, staffGroup, validFrom, validUntil }) {
      await trx
        .insertInto('lead_employments')
        .values({
          id,
          lead_ods_code: leadEmployer,
          host_ods_code: host,
          staff_group: staffGroup,
          valid_from: new Date(validFrom),
          valid_until: validUntil === null ? null : new Date(validUntil),
        })
        .execute();
    },

    async endLeadEmployment(id, at) {
      await trx
        .updateTable('lead_employments')
        .set({ valid_until: new Date(at) })
        .where('id', '=', id)
        .execute();
    },
  };
}
