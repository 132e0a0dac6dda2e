import type { Kysely } from 'kysely';
import type { AccreditationChanges } from '../domain/ports.ts';
import { ACCREDITATION_COLUMNS, toAccreditation } from './rows.ts';
import type { Tables } from './tables.ts';

export function accreditationChanges(trx: Kysely<Tables>): AccreditationChanges {
  return {
    async listAccreditations(odsCode) {
      const rows = await trx
        .selectFrom('accreditations')
        .select([...ACCREDITATION_COLUMNS])
        .where('ods_code', '=', odsCode)
        .execute();
      return rows.map(toAccreditation);
    },

    async insertAccreditation(odsCode, accreditation, { evidence, at }) {
      const { id, credentialType, action, validFrom, validUntil } = accreditation;
      await trx
        .insertInto('accreditations')
        .values({
          id,
          ods_code: odsCode,
          credential_type: credentialType,
          action,
          valid_from: new Date(validFrom),
          valid_until: validUntil === null ? null : new Date(validUntil),
          granted_at: new Date(at),
          withdrawn_at: null,
          withdrawn_for_cause: false,
          withdrawal_reason: null,
          evidence,
          staff_groups: accreditation.staffGroups,
          purposes: accreditation.purposes,
          claims: accreditation.claims,
        })
        .execute();
    },

    async updateWithdrawal(id, { withdrawnAt, forCause, reason }) {
      await trx
        .updateTable('accreditations')
        .set({
          withdrawn_at: new Date(withdrawnAt),
          withdrawn_for_cause: forCause,
          withdrawal_reason: reason,
        })
        .where('id', '=', id)
        .execute();
    },
  };
}
