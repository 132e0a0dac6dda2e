import t from 'tap';
import { buildNorthmoor, newKey, queryAs } from '../helper.ts';

const INSERT = `insert into accreditations
  (id, ods_code, credential_type, action, valid_from, valid_until, granted_at, withdrawn_at)
  values (gen_random_uuid(), $1, 'FireSafetyCredential', $2, $3, $4, now(), $5)`;

t.test('the tables themselves refuse two standing accreditations that overlap', async (t) => {
  const { databaseUrl } = await buildNorthmoor(t);
  const insert = (...values: (string | null)[]) => queryAs(databaseUrl, INSERT, values);
  const overlap = { code: '23P01', constraint: 'accreditations_do_not_overlap' };
  await insert('ZZA01', 'issue', '2026-01-01', '2027-01-01', null);
  await t.rejects(insert('ZZA01', 'issue', '2026-12-31', null, null), overlap);
  await insert('ZZA01', 'issue', '2027-01-01', null, '2027-06-01');
  await insert('ZZA01', 'issue', '2027-06-01', null, null);
  await insert('ZZA01', 'request', '2026-01-01', null, null);
  await insert('ZZB02', 'issue', '2026-01-01', null, null);
});

t.test('the service cannot delete anything, nor change what may not change', async (t) => {
  const registry = await buildNorthmoor(t);
  const { databaseUrl } = registry;
  await registry.seed.key('ZZA01', newKey());
  const denied = { code: '42501' };
  const history = ['organisation_statuses', 'record_versions', 'registry_epoch', 'changes'];
  for (const table of ['organisations', 'keys', 'key_purposes', 'accreditations', ...history]) {
    await t.rejects(queryAs(databaseUrl, `delete from ${table}`), denied);
    await t.rejects(queryAs(databaseUrl, `truncate ${table}`), denied);
  }
  await t.rejects(queryAs(databaseUrl, `update organisations set ods_code = 'ZZX01'`), denied);
  await t.rejects(queryAs(databaseUrl, `update keys set ods_code = 'ZZB02'`), denied);
  await t.rejects(queryAs(databaseUrl, `update keys set public_key_multibase = 'z'`), denied);
  await t.rejects(queryAs(databaseUrl, `update accreditations set valid_until = now()`), denied);
  for (const [table, column] of [
    ['record_versions', 'record'],
    ['record_versions', 'recorded_at'],
    ['organisation_statuses', 'valid_from'],
    ['changes', 'operations'],
  ]) {
    await t.rejects(queryAs(databaseUrl, `update ${table} set ${column} = ${column}`), denied);
  }
  t.equal((await registry.query('select from trust_registry.keys')).length, 1);
});

t.test('the organisation above a trust is an ICS, whoever writes', async (t) => {
  const { databaseUrl } = await buildNorthmoor(t);
  const insert = (kind: string, ics: string | null) =>
    queryAs(
      databaseUrl,
      `insert into organisations
        (ods_code, name, kind, ics_ods_code, status, registered_at, status_changed_at)
        values ('ZZC03', 'Corvale Community Trust', $1, $2, 'registered', now(), now())`,
      [kind, ics],
    );
  await t.rejects(insert('trust', 'ZZA01'), { code: '23503' });
  await t.rejects(insert('trust', null), { code: '23514' });
  await t.rejects(insert('ics', 'QZN'), { code: '23514' });
  await insert('trust', 'QZN');
});
