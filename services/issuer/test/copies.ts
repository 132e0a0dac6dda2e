import { TRUST } from './fakes.ts';
import { type Issuer, mint } from './helper.ts';

/**
 * Rows of credentials that were never signed, for tests of what becomes of many: copies of one that was, each with
 * an index of its own.
 * @returns their ids
 */
export async function copies(
  issuer: Issuer,
  count: number,
  changes: { batch?: string } = {},
): Promise<string[]> {
  const id = await mint(issuer);
  const rows = await issuer.admin(
    `insert into issuer.credentials (id, ods_code, employee_id, holder_did, type, catalogue_version,
      key_thumbprint, list_pair_id, list_index, digest, document, issued_at, requested_by, batch)
    select gen_random_uuid(), ods_code, employee_id, holder_did, type, catalogue_version,
      key_thumbprint, list_pair_id, 1000 + n + (select count(*) from issuer.credentials), digest,
      document, issued_at, requested_by, $3
    from issuer.credentials, generate_series(1, $2) n where id = $1 and ods_code = '${TRUST}'
    returning id`,
    [id, count, changes.batch ?? null],
  );
  return rows.map((row) => String(row['id']));
}
