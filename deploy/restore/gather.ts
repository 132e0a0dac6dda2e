import type { Client } from 'pg';
import { parseAuditRow } from '#ledger/audit-row';

const BATCH = 2_000;
const ALL_BUT_ID = `'^.*/status-lists/'`;
const LIST_URL = `'/status-lists/[0-9a-f-]{36}$'`;

/**
 * What the issuer's schema knows: the mirrored status of every credential, and, of the documents, which lists a pair
 * has. The documents are read only when the issuer signed a list, or issued on a pair, that the backup lacks.
 */
export async function gatherFromIssuer(admin: Client): Promise<void> {
  await admin.query(`
    insert into standing (pair_id, ods_code, index, purpose, value, reason, changed_at)
      select list_pair_id, ods_code, list_index,
          case status when 'revoked' then 'revocation' else 'suspension' end,
          status <> 'active', coalesce(status_reason, 'unspecified'), status_changed_at
        from issuer.credentials where status_changed_at is not null`);
  await admin.query(`
    insert into known_pairs (pair_id, ods_code)
      select list_pair_id, min(ods_code) from issuer.credentials group by list_pair_id`);
  const { rowCount } = await admin.query(`
    select 1 from known_pairs k
        where not exists (select 1 from status_list.list_pairs p where p.id = k.pair_id)
      union all
      select 1 from issuer.signed_lists s
        where not exists (select 1 from status_list.lists l where l.id = s.list_id)
      limit 1`);
  if (rowCount === 0) return;
  await admin.query(`
    insert into known_lists (pair_id, ods_code, purpose, list_id)
      select distinct c.list_pair_id, c.ods_code, entry ->> 'statusPurpose',
          regexp_replace(entry ->> 'statusListCredential', ${ALL_BUT_ID}, '')::uuid
        from issuer.credentials c
        cross join lateral jsonb_path_query(
          case when left(c.document, 1) = '{' then c.document::jsonb end,
          'lax $.credentialStatus[*]') entry
        where entry ->> 'statusPurpose' in ('revocation', 'suspension', 'message')
          and entry ->> 'statusListCredential' ~ ${LIST_URL}`);
  // a JWT or an SD-JWT: its claims are the second part, in base64url without padding
  await admin.query(`
    insert into known_lists (pair_id, ods_code, purpose, list_id)
      select distinct c.list_pair_id, c.ods_code, 'token', regexp_replace(uri, ${ALL_BUT_ID}, '')::uuid
        from issuer.credentials c
        cross join lateral translate(split_part(c.document, '.', 2), '-_', '+/') claims
        cross join lateral (select convert_from(decode(
          rpad(claims, (length(claims) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb
            #>> '{status,status_list,uri}') as named (uri)
        where left(c.document, 1) = 'e' and uri ~ ${LIST_URL}`);
}

interface Gathered {
  standing: object[];
  pairs: object[];
  lists: object[];
}

/**
 * What an audit export tells, of the issuer (events `credential.…`) or of the status-list service (`index.…`,
 * `pair.prepared`, `list.prepared`): needed for what the issuer's own database lost. `audit-verify` says beforehand
 * whether the export is whole.
 */
export async function gatherFromExport(
  admin: Client,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  let gathered: Gathered = { standing: [], pairs: [], lists: [] };
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const row = parseAuditRow(line);
    if (row === undefined) throw new Error(`Line ${number} of the export is no audit row`);
    collect(gathered, JSON.parse(row.event) as ExportedEvent, row.at);
    if (number % BATCH > 0) continue;
    await insert(admin, gathered);
    gathered = { standing: [], pairs: [], lists: [] };
  }
  await insert(admin, gathered);
}

interface ExportedEvent {
  action: string;
  odsCode?: string;
  subject?: Record<string, string | number>;
}

const CHANGES: Record<string, { purpose: string; value: boolean }> = {
  revoked: { purpose: 'revocation', value: true },
  suspended: { purpose: 'suspension', value: true },
  reinstated: { purpose: 'suspension', value: false },
};

function collect(into: Gathered, { action, odsCode, subject = {} }: ExportedEvent, at: string) {
  const [thing = '', verb = ''] = action.split('.');
  const pair_id = thing === 'credential' ? subject['listPair'] : subject['pair'];
  if (pair_id === undefined || odsCode === undefined) return;
  const pair = { pair_id, ods_code: odsCode };
  if (action === 'pair.prepared') {
    for (const purpose of ['revocation', 'suspension']) {
      into.lists.push({ ...pair, purpose, list_id: subject[purpose] });
    }
  }
  if (action === 'list.prepared') {
    into.lists.push({ ...pair, purpose: subject['form'], list_id: subject['list'] });
  }
  if (thing !== 'credential' && thing !== 'index') return;
  into.pairs.push(pair);
  const change = CHANGES[verb];
  if (change === undefined) return;
  const { index, reason = 'unspecified' } = subject;
  into.standing.push({ ...pair, index, ...change, reason, changed_at: at });
}

async function insert(admin: Client, { standing, pairs, lists }: Gathered): Promise<void> {
  await admin.query(
    `insert into standing (pair_id, ods_code, index, purpose, value, reason, changed_at)
      select pair_id, ods_code, index, purpose, value, reason, changed_at
        from jsonb_populate_recordset(null::standing, $1::jsonb)`,
    [JSON.stringify(standing)],
  );
  await admin.query(
    `insert into known_pairs (pair_id, ods_code)
      select pair_id, ods_code from jsonb_populate_recordset(null::known_pairs, $1::jsonb)
      on conflict do nothing`,
    [JSON.stringify(pairs)],
  );
  await admin.query(
    `insert into known_lists (pair_id, ods_code, purpose, list_id)
      select pair_id, ods_code, purpose, list_id
        from jsonb_populate_recordset(null::known_lists, $1::jsonb)`,
    [JSON.stringify(lists)],
  );
}
