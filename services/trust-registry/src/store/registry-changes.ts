import { sql, type Transaction } from 'kysely';
import type { RegistryChanges } from '../domain/ports.ts';
import {
  ACCREDITATION_COLUMNS,
  KEY_COLUMNS,
  ORGANISATION_COLUMNS,
  toAccreditation,
  toOrganisation,
  toPinnedKey,
} from './rows.ts';
import type { Tables } from './tables.ts';

/**
 * The registry inside one transaction. Who holds an organisation's row is alone with its accreditations and keys: the
 * statements that follow see everything that earlier holders committed (read committed takes a snapshot a statement).
 */
export function createRegistryChanges(trx: Transaction<Tables>): RegistryChanges {
  return { ...organisationChanges(trx), ...keyChanges(trx), ...accreditationChanges(trx) };
}

function organisationChanges(trx: Transaction<Tables>) {
  return {
    async lockOrganisation(odsCode) {
      const row = await trx
        .selectFrom('organisations')
        .select([...ORGANISATION_COLUMNS])
        .where('ods_code', '=', odsCode)
        .forUpdate()
        .executeTakeFirst();
      return row && toOrganisation(row);
    },

    async insertOrganisation({ odsCode, name, kind, icsOdsCode, status }, at) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('organisations')
        .values({
          ods_code: odsCode,
          name,
          kind,
          ics_ods_code: icsOdsCode,
          status,
          status_reason: null,
          registered_at: new Date(at),
          status_changed_at: new Date(at),
        })
        .onConflict((conflict) => conflict.column('ods_code').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async updateOrganisationStatus(odsCode, { status, reason, at }) {
      await trx
        .updateTable('organisations')
        .set({ status, status_reason: reason, status_changed_at: new Date(at) })
        .where('ods_code', '=', odsCode)
        .execute();
    },
  } satisfies Partial<RegistryChanges>;
}

function keyChanges(trx: Transaction<Tables>) {
  return {
    async insertKey({ thumbprint, publicKeyMultibase, odsCode }, at) {
      await trx
        .insertInto('keys')
        .values({
          thumbprint,
          ods_code: odsCode,
          public_key_multibase: publicKeyMultibase,
          state: 'active',
          pinned_at: new Date(at),
          state_changed_at: new Date(at),
        })
        .onConflict((conflict) => conflict.column('thumbprint').doNothing())
        .execute();
      // the insertion waited for whoever else was adding the key, so its row is there now
      const held = await trx
        .selectFrom('keys')
        .select(['ods_code', 'state'])
        .where('thumbprint', '=', thumbprint)
        .executeTakeFirstOrThrow();
      return { odsCode: held.ods_code, state: held.state };
    },

    async insertKeyPurpose({ thumbprint, purpose, validFrom, validUntil }) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('key_purposes')
        .values({
          thumbprint,
          purpose,
          valid_from: new Date(validFrom),
          valid_until: validUntil === null ? null : new Date(validUntil),
        })
        .onConflict((conflict) => conflict.columns(['thumbprint', 'purpose']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async listKeyPurposes(odsCode, thumbprint) {
      const rows = await trx
        .selectFrom('keys')
        .innerJoin('key_purposes', 'key_purposes.thumbprint', 'keys.thumbprint')
        .select([...KEY_COLUMNS])
        .where('keys.thumbprint', '=', thumbprint)
        .where('keys.ods_code', '=', odsCode)
        .orderBy('key_purposes.purpose')
        .execute();
      return rows.map(toPinnedKey);
    },

    async updateKeyState(thumbprint, state, at) {
      await trx
        .updateTable('keys')
        .set({ state, state_changed_at: new Date(at) })
        .where('thumbprint', '=', thumbprint)
        .execute();
    },

    async endKeyPurposes(thumbprint, at) {
      // least() leaves out a null
      await trx
        .updateTable('key_purposes')
        .set({
          valid_until: sql`greatest(valid_from, least(valid_until, ${new Date(at)}::timestamptz))`,
        })
        .where('thumbprint', '=', thumbprint)
        .execute();
    },
  } satisfies Partial<RegistryChanges>;
}

function accreditationChanges(trx: Transaction<Tables>) {
  return {
    async listAccreditations(odsCode) {
      const rows = await trx
        .selectFrom('accreditations')
        .select([...ACCREDITATION_COLUMNS])
        .where('ods_code', '=', odsCode)
        .execute();
      return rows.map(toAccreditation);
    },

    async insertAccreditation(odsCode, accreditation, at) {
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
  } satisfies Partial<RegistryChanges>;
}
