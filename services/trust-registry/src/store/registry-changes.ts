import { sql, type Transaction } from 'kysely';
import type { RegistryChanges } from '../domain/ports.ts';
import { accreditationChanges } from './accreditation-changes.ts';
import { keyChanges } from './key-changes.ts';
import { organisationChanges } from './organisation-changes.ts';
import { proposalChanges } from './proposals.ts';
import { readinessChanges } from './readiness-changes.ts';
import { appendVersions } from './record-versions.ts';
import type { Tables } from './tables.ts';

/**
 * The registry inside one transaction.
 *
 * Every transaction that changes organisations, keys, accreditations or relations holds the one row of
 * `registry_epoch` from its first statement to its commit. So they follow one another, no two wait for each other's
 * rows in a circle, and each reads what those before it committed, because under read committed every statement takes
 * a snapshot of its own. The rows themselves need no locks. Changes are few and short: people make them.
 */
export function createRegistryChanges(trx: Transaction<Tables>): RegistryChanges {
  return {
    ...organisationChanges(trx),
    ...keyChanges(trx),
    ...accreditationChanges(trx),
    ...readinessChanges(trx),
    ...proposalChanges(trx),

    async lockRegistry() {
      const { epoch } = await trx
        .selectFrom('registry_epoch')
        .select('epoch')
        .forUpdate()
        .executeTakeFirstOrThrow();
      return epoch;
    },

    // a savepoint that is rolled back gives back its locks too, so a trial keeps nobody waiting longer than itself
    async tryOut(work) {
      await sql`savepoint trial`.execute(trx);
      const result = await work();
      await sql`rollback to savepoint trial`.execute(trx);
      return result;
    },

    appendVersions: (odsCodes, at) => appendVersions(trx, odsCodes, at),
  };
}
