import type { Client } from 'pg';
import type { Lease } from '#api/status-list';
import { VcError } from '#vc/error';
import type { SignStatusList, SignStatusListToken } from '../src/domain/ports.ts';
import { signQuickly, signTokenQuickly } from './helper.ts';

/** An issuer that keeps to its contract about versions, and knows what it signed when it is asked to forget nothing. */
export function createIssuerDouble() {
  const signed = new Map<string, number>();
  const record = (request: { listId: string; version: number; previousVersion: number }) => {
    const newest = signed.get(request.listId) ?? 0;
    if (request.version <= newest) throw new VcError('CONFLICT', 'as high was signed before');
    if (request.previousVersion < newest) throw new VcError('STATUS_LIST_FENCED', 'unknown to you');
    signed.set(request.listId, request.version);
  };
  const sign: SignStatusList = async (request) => {
    record(request);
    return signQuickly(request);
  };
  const signToken: SignStatusListToken = async (request) => {
    record(request);
    return signTokenQuickly(request);
  };
  return { sign, signToken, signed };
}

/** The issuer's table of what it signed, and its mirror of the status, as its own service would write them. */
export function createIssuerTables(admin: Client) {
  return {
    async recordSigned(odsCode: string, signed: ReadonlyMap<string, number>): Promise<void> {
      await admin.query(
        `insert into issuer.signed_lists (list_id, ods_code, purpose, version, digest, signed_at)
          select list_id, $1, 'revocation', version, sha256(''), now()
            from unnest($2::uuid[], $3::bigint[]) s (list_id, version)
          on conflict (list_id) do update set version = excluded.version`,
        [odsCode, [...signed.keys()], [...signed.values()]],
      );
    },

    /** A credential on a leased index, which names its lists. */
    async issue(odsCode: string, lease: Lease, index: number): Promise<void> {
      const entry = (statusPurpose: string, url: string | undefined) =>
        url === undefined ? [] : [{ statusPurpose, statusListCredential: url }];
      const document = {
        credentialStatus: [
          ...entry('revocation', lease.revocationList),
          ...entry('suspension', lease.suspensionList),
          ...entry('message', lease.messageList),
        ],
      };
      await admin.query(
        `insert into issuer.credentials (id, ods_code, employee_id, holder_did, type,
            catalogue_version, key_thumbprint, list_pair_id, list_index, digest, document,
            issued_at, requested_by)
          values (gen_random_uuid(), $1, 'E1', 'did:key:z', 'T', '1', 'k', $2, $3, sha256(''), $4,
            now(), 'hr')`,
        [odsCode, lease.listPairId, index, JSON.stringify(document)],
      );
    },

    async mirror(
      pairId: string,
      index: number,
      status: 'active' | 'suspended' | 'revoked',
      changedAt: number,
    ): Promise<void> {
      await admin.query(
        `update issuer.credentials
          set status = $3, status_reason = 'unspecified', status_changed_at = $4
          where list_pair_id = $1 and list_index = $2`,
        [pairId, index, status, new Date(changedAt)],
      );
    },
  };
}

const TABLES = ['list_pairs', 'lists', 'leases', 'changes', 'bits', 'published_lists'] as const;
const COPIED = [...TABLES, 'unpublished'] as const;

/** The service's rows of one trust, as a backup would have them. */
export type Backup = Record<(typeof COPIED)[number], string>;

export async function takeBackup(admin: Client, odsCode: string): Promise<Backup> {
  const copies = COPIED.map(
    (table) =>
      `(select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from status_list.${table} r
        where ods_code = $1) as ${table}`,
  );
  const { rows } = await admin.query<Backup>(`select ${copies.join(', ')}`, [odsCode]);
  if (rows[0] === undefined) throw new Error('no backup');
  return rows[0];
}

/** Puts the rows back as they were, and nothing else of that trust. */
export async function putBack(admin: Client, odsCode: string, backup: Backup): Promise<void> {
  await admin.query('begin');
  await deleteRows(admin, odsCode);
  // a restore runs no triggers
  await admin.query('set local session_replication_role = replica');
  for (const table of COPIED) {
    await admin.query(
      `insert into status_list.${table} overriding system value
        select * from jsonb_populate_recordset(null::status_list.${table}, $1::jsonb)`,
      [backup[table]],
    );
  }
  await admin.query('commit');
}

export async function deleteRows(admin: Client, odsCode: string): Promise<void> {
  for (const table of COPIED.toReversed()) {
    await admin.query(`delete from status_list.${table} where ods_code = $1`, [odsCode]);
  }
}
