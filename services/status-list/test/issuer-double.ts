import type { Client } from 'pg';
import type { Lease } from '#api/status-list';
import { VcError } from '#vc/error';
import type { SignStatusList, SignStatusListToken } from '../src/domain/ports.ts';
import { signQuickly, signTokenQuickly } from './helper.ts';

/** An issuer that keeps to its contract about versions. */
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

    /** A credential on each of these indexes of a lease, which names its lists; the last names the token list alone. */
    async issue(odsCode: string, lease: Lease, ...indexes: number[]): Promise<void> {
      const document = JSON.stringify({
        credentialStatus: [
          ...entry('revocation', lease.revocationList),
          ...entry('suspension', lease.suspensionList),
          ...entry('message', lease.messageList),
        ],
      });
      const token = lease.tokenList && tokenCredential(lease.tokenList);
      const documents = indexes.map((_, position) =>
        position === indexes.length - 1 ? (token ?? document) : document,
      );
      await admin.query(
        `insert into issuer.credentials (id, ods_code, employee_id, holder_did, type,
            catalogue_version, key_thumbprint, list_pair_id, list_index, digest, document,
            issued_at, requested_by)
          select gen_random_uuid(), $1, 'E1', 'did:key:z', 'T', '1', 'k', $2, index, sha256(''),
              document, now(), 'hr' from unnest($3::integer[], $4::text[]) i (index, document)`,
        [odsCode, lease.listPairId, indexes, documents],
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

function entry(statusPurpose: string, url: string | undefined) {
  return url === undefined ? [] : [{ statusPurpose, statusListCredential: url }];
}

/** As an SD-JWT VC has it (draft-ietf-oauth-status-list §6.1). */
function tokenCredential(uri: string): string {
  const claims = { status: { status_list: { idx: 0, uri } } };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln~`;
}

const TABLES = ['list_pairs', 'lists', 'leases', 'changes', 'bits', 'published_lists'] as const;
const COPIED = [...TABLES, 'unpublished'] as const;
/** of no trust */
const SHARED = ['fences', 'restores'] as const;

/** The service's rows of one trust, as a backup would have them. */
export type Backup = Record<(typeof COPIED)[number] | (typeof SHARED)[number], string>;

export async function takeBackup(admin: Client, odsCode: string): Promise<Backup> {
  const copies = [
    ...COPIED.map((table) => copyOf(table, 'ods_code = $1')),
    ...SHARED.map((table) => copyOf(table, 'true')),
  ];
  const { rows } = await admin.query<Backup>(`select ${copies.join(', ')}`, [odsCode]);
  if (rows[0] === undefined) throw new Error('no backup');
  return rows[0];
}

function copyOf(table: string, which: string): string {
  return `(select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from status_list.${table} r
    where ${which}) as ${table}`;
}

/** Puts the rows back as they were, and nothing else of that trust. */
export async function putBack(admin: Client, odsCode: string, backup: Backup): Promise<void> {
  await admin.query('begin');
  await deleteRows(admin, odsCode);
  for (const table of SHARED) await admin.query(`delete from status_list.${table}`);
  // a restore runs no triggers
  await admin.query('set local session_replication_role = replica');
  for (const table of [...COPIED, ...SHARED]) {
    await admin.query(
      `insert into status_list.${table} overriding system value
        select * from jsonb_populate_recordset(null::status_list.${table}, $1::jsonb)`,
      [backup[table]],
    );
  }
  // a restore puts sequences back too: numbers that were given since are given again
  await admin.query(`select setval(pg_get_serial_sequence('status_list.changes', 'number'),
    greatest(1, (select max(number) from status_list.changes)),
    exists (select 1 from status_list.changes))`);
  await admin.query('commit');
}

export async function deleteRows(admin: Client, odsCode: string): Promise<void> {
  for (const table of COPIED.toReversed()) {
    await admin.query(`delete from status_list.${table} where ods_code = $1`, [odsCode]);
  }
}
