import { Client } from 'pg';
import t from 'tap';
import { startTestServer } from '#kit/testing';
import { migrateAll } from '../migrate-all.ts';

t.test('credentials from before have the provider that their document names', async (test) => {
  const server = await startTestServer();
  test.teardown(() => server.stop());
  await migrateAll(server.url(), { upTo: { issuer: '0002-credentials' } });
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  test.teardown(() => client.end());
  await client.query(`set search_path to issuer`);
  await client.query(`insert into credentials (id, ods_code, employee_id, holder_did, type,
      catalogue_version, key_thumbprint, list_pair_id, list_index, digest, document, issued_at,
      requested_by)
    values (gen_random_uuid(), 'ZZA01', 'E-1', 'did:key:z', 'FireSafetyCredential', '1.0.0', 'key',
      gen_random_uuid(), 0, sha256('x'),
      '{"trustFramework":{"provider":"Ashmere Teaching Hospitals Trust"}}', now(), 'client')`);
  test.same(await migrateAll(server.url()), [
    'issuer: 0003-status',
    'issuer: 0004-forms-and-lifecycle',
  ]);
  const { rows } = await client.query('select provider, form, lifecycle from credentials');
  test.same(rows, [
    {
      provider: 'Ashmere Teaching Hospitals Trust',
      form: 'vcdm2-ed25519-2020',
      lifecycle: 'provided',
    },
  ]);
});
