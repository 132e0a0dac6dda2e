import type { Kysely, Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import type { CredentialForm } from '#vc/credential-form';
import { VcError } from '#vc/error';
import type { CredentialRecord } from '../domain/ports.ts';
import type { StoredCredential } from '../domain/reissue-credential.ts';
import { CREDENTIAL_COLUMNS, toRecord } from './mirror.ts';
import type { Tables } from './tables.ts';

/** All that is recorded of a credential but its documents. */
export interface CredentialDetails extends CredentialRecord {
  catalogueVersion: string;
  /** the one of `document` first */
  forms: CredentialForm[];
  supersedes: string | undefined;
  supersededBy: string | undefined;
}

/** Single credentials, read with what belongs to them. */
export function createDetailsStore({ db }: { db: Kysely<Tables> }) {
  return {
    /** @throws VcError NOT_FOUND, also for another trust's */
    load(odsCode: string, id: string): Promise<CredentialDetails> {
      return inTenant(db, odsCode, async (trx) => {
        const row = await trx
          .selectFrom('credentials')
          .select([
            ...CREDENTIAL_COLUMNS,
            'catalogue_version as catalogueVersion',
            'form',
            'supersedes',
          ])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) throw notFound();
        const { form, supersedes, catalogueVersion, ...record } = row;
        return {
          ...toRecord(record),
          catalogueVersion,
          forms: await formsOf(trx, id, form),
          supersedes: supersedes ?? undefined,
          supersededBy: await findNewer(trx, odsCode, id),
        };
      });
    },

    /** With the document. @throws VcError NOT_FOUND, also for another trust's */
    loadStored(odsCode: string, id: string): Promise<StoredCredential> {
      return inTenant(db, odsCode, async (trx) => {
        const row = await trx
          .selectFrom('credentials')
          .select(['employee_id as employeeId', 'type', 'form', 'document', 'batch'])
          .select(['lifecycle', 'status', 'status_reason as statusReason'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) throw notFound();
        const { form, ...stored } = row;
        const forms = await formsOf(trx, id, form);
        return { ...stored, id, forms, batch: stored.batch ?? undefined };
      });
    },
  };
}

export type DetailsStore = ReturnType<typeof createDetailsStore>;

// only forms of the list were ever taken
async function formsOf(
  trx: Transaction<Tables>,
  id: string,
  first: string,
): Promise<CredentialForm[]> {
  const others = await trx
    .selectFrom('credential_forms')
    .select('form')
    .where('credential_id', '=', id)
    .orderBy('form')
    .execute();
  return [first, ...others.map(({ form }) => form)] as CredentialForm[];
}

async function findNewer(
  trx: Transaction<Tables>,
  odsCode: string,
  id: string,
): Promise<string | undefined> {
  const newer = await trx
    .selectFrom('credentials')
    .select('id')
    .where('ods_code', '=', odsCode)
    .where('supersedes', '=', id)
    .executeTakeFirst();
  return newer?.id;
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'There is no such credential');
}
