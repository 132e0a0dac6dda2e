import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { CredentialName, Recalled, Reliance, Reliances } from '../domain/watching/ports.ts';
import type { Tables } from './tables.ts';

/** What trusts relied on, under row-level security: nobody learns who relies on what. */
export function createReliances(db: Kysely<Tables>): Reliances {
  return {
    async record({ odsCode, clientId }, at, reliances) {
      if (reliances.length === 0) return;
      await inTenant(db, odsCode, async (trx) => {
        await keepReliances(trx, odsCode, at, reliances);
        const subject = { entries: reliances.length };
        await appendAudit(trx, at, [{ action: 'reliance.kept', odsCode, clientId, subject }]);
      });
    },
    recall: (odsCode, credential) =>
      inTenant(db, odsCode, (trx) => recallIn(trx, odsCode, credential)),
  };
}

async function recallIn(
  trx: Transaction<Tables>,
  odsCode: string,
  { issuer, credentialId }: CredentialName,
): Promise<Recalled> {
  const relied = await trx
    .selectFrom('reliances')
    .select(['status_purpose', 'list_version', 'watched_until'])
    .where('ods_code', '=', odsCode)
    .where('issuer', '=', issuer)
    .where('credential_id', '=', credentialId)
    .execute();
  const changes = await trx
    .selectFrom('events')
    .select(['status_purpose', 'value', 'list_version'])
    .where('ods_code', '=', odsCode)
    .where('credential_id', '=', credentialId)
    .where('issuer', '=', issuer)
    .orderBy('number')
    .execute();
  return {
    relied: relied.map((row) => ({
      purpose: row.status_purpose,
      version: row.list_version,
      watchedUntil: row.watched_until.getTime(),
    })),
    changes: changes.map((row) => ({
      purpose: row.status_purpose,
      value: row.value,
      version: row.list_version,
    })),
  };
}

/**
 * Keeps them in a transaction of the trust. An entry that it relied on before keeps the value of which it was told:
 * the watcher finds what that differs from now.
 */
export async function keepReliances(
  trx: Transaction<Tables>,
  odsCode: string,
  at: number,
  reliances: readonly Reliance[],
): Promise<void> {
  if (reliances.length === 0) return;
  const isSamePlace = sql<boolean>`reliances.list_url = excluded.list_url
    and reliances.list_index = excluded.list_index`;
  // In one order, which the watcher keeps too: parallel transactions wait for each other, and never in a circle.
  const rows = reliances.toSorted(byKey).map((one) => ({
    ods_code: odsCode,
    issuer: one.issuer,
    credential_id: one.credentialId,
    status_purpose: one.purpose,
    list_url: one.listUrl,
    list_index: one.index,
    list_version: one.listVersion,
    relied_at: new Date(at),
    watched_until: new Date(one.watchedUntil),
  }));
  await trx
    .insertInto('reliances')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['ods_code', 'issuer', 'credential_id', 'status_purpose'])
        .doUpdateSet((row) => ({
          value: sql`case when ${isSamePlace} then reliances.value else 0 end`,
          compared: sql`false`,
          list_url: row.ref('excluded.list_url'),
          list_index: row.ref('excluded.list_index'),
          list_version: row.ref('excluded.list_version'),
          relied_at: row.ref('excluded.relied_at'),
          watched_until: row.ref('excluded.watched_until'),
        })),
    )
    .execute();
}

/** As the primary key orders them. */
function byKey(a: Reliance, b: Reliance): number {
  if (a.issuer !== b.issuer) return a.issuer < b.issuer ? -1 : 1;
  if (a.credentialId !== b.credentialId) return a.credentialId < b.credentialId ? -1 : 1;
  return a.purpose < b.purpose ? -1 : 1;
}
