import { Client } from 'pg';
import t from 'tap';
import { startTestServer } from '#kit/testing';
import { migrateAll } from '../migrate-all.ts';

t.test('credentials from before have the provider that their document names', async (test) => {
  const server = await startTestServer();
  test.teardown(() => server.stop());
  await migrateAll(server.url());
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  test.teardown(() => client.end());
  // as it was before that migration
  await client.query(`set search_path to issuer`);
  await client.query(`alter table credentials drop column batch, drop column provider`);
  await client.query(`drop index credentials_of_key`);
  await client.query(`drop table credential_status_changes, status_batches, status_batch_items`);
  await client.query(`alter table signed_lists drop constraint signed_lists_purpose_check,
    add constraint signed_lists_purpose_check check (purpose in ('revocation', 'suspension'))`);
  await client.query(`delete from schema_migrations where name = '0003-status'`);
  await client.query(`insert into credentials (id, ods_code, employee_id, holder_did, type,
      catalogue_version, key_thumbprint, list_pair_id, list_index, digest, document, issued_at,
      requested_by)
    values (gen_random_uuid(), 'ZZA01', 'E-1', 'did:key:z', 'FireSafetyCredential', '1.0.0', 'key',
      gen_random_uuid(), 0, sha256('x'),
      '{"trustFramework":{"provider":"Ashmere Teaching Hospitals Trust"}}', now(), 'client')`);
  test.same(await migrateAll(server.url()), ['issuer: 0003-status']);
  const { rows } = await client.query('select provider from credentials');
  test.same(rows, [{ provider: 'Ashmere Teaching Hospitals Trust' }]);
});
