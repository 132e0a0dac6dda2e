import t from 'tap';
import { createKysely, createPool } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import type { Cell } from '#trust/cell';
import { verifyGenesis } from '#trust/genesis';
import { loadGenesis } from '../src/domain/load-genesis.ts';
import { createGenesisStore } from '../src/store/genesis-store.ts';
import type { Tables } from '../src/store/tables.ts';
import { build, CELL_DID, createTestGenesis, newKey, NOW } from './helper.ts';

async function arrange(t: Parameters<typeof createTestDatabase>[0]) {
  const database = await createTestDatabase(t);
  const url = database.url('trust_registry');
  const pool = createPool({ url, applicationName: 'trust-registry-test', onError: () => {} });
  t.teardown(() => pool.end());
  const store = createGenesisStore(createKysely<Tables>(pool));
  const file = await createTestGenesis();
  const options = {
    anchorThumbprint: file.anchorThumbprint,
    cellDid: CELL_DID,
    publicKeyMultibase: file.registryKey.publicKeyMultibase,
    store,
    now: NOW,
  };
  const load = (text: string, change: Partial<typeof options> = {}) =>
    loadGenesis(text, { ...options, ...change });
  const edition = (version: number, own: Partial<Cell> = {}) => {
    const [cell, ...others] = file.cells as [Cell, ...Cell[]];
    return file.sign({ version, cells: [{ ...cell, ...own }, ...others] });
  };
  return { ...file, load, edition };
}

t.test('the genesis is served as the anchor signed it', async (t) => {
  const registry = await build(t);
  const answer = await registry.get('/v1/genesis');
  t.equal(answer.headers['content-type'], 'application/jwt');
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.equal(answer.body, registry.genesis.document);
  const again = await registry.get('/v1/genesis', {
    'if-none-match': String(answer.headers['etag']),
  });
  t.equal(again.statusCode, 304);
});

t.test('a registry starts with the same edition again, and with a newer one', async (t) => {
  const { load, text, edition } = await arrange(t);
  t.equal((await load(`${text}\n`)).genesis.version, 1);
  t.equal((await load(text)).document, text);
  t.equal((await load(await edition(3))).genesis.version, 3);
});

t.test('an older edition than the one loaded before is refused', async (t) => {
  const { load, text, edition } = await arrange(t);
  t.ok(await load(text));
  t.ok(await load(await edition(2)));
  await t.rejects(load(text), { code: 'REGISTRY_ROLLBACK' });
});

t.test('another edition under the same version is refused', async (t) => {
  const { load, text, edition } = await arrange(t);
  t.ok(await load(text));
  await t.rejects(load(await edition(1, { name: 'Northmoor' })), {
    code: 'REGISTRY_STATEMENT_INVALID',
    message: /differs/,
  });
});

t.test('editions of another anchor, once it is configured, count anew', async (t) => {
  const { load, edition } = await arrange(t);
  t.ok(await load(await edition(5)));
  const other = await createTestGenesis();
  const { anchorThumbprint, registryKey } = other;
  await t.rejects(load(other.text), { code: 'REGISTRY_STATEMENT_INVALID' });
  const { publicKeyMultibase } = registryKey;
  const loaded = await load(other.text, { anchorThumbprint, publicKeyMultibase });
  t.equal(loaded.genesis.version, 1);
});

t.test('a registry does not start without its cell, or its key, in the genesis', async (t) => {
  const { load, text, edition } = await arrange(t);
  t.ok(await load(text));
  const code = 'REGISTRY_STATEMENT_INVALID';
  await t.rejects(load(text, { cellDid: 'did:web:elsewhere.example' }), {
    code,
    message: /does not admit/,
  });
  await t.rejects(load(text, { publicKeyMultibase: newKey() }), { code, message: /registry key/ });
  const withdrawn = await edition(2, { withdrawnAt: '2026-11-01T00:00:00Z' });
  await t.rejects(load(withdrawn), { code, message: /does not admit/ });
  const later = await edition(2, { admittedAt: '2027-01-01T00:00:00Z' });
  await t.rejects(load(later), { code, message: /does not admit/ });
  t.equal((await load(text)).genesis.version, 1, 'what was refused was not kept');
});

t.test('a genesis that the configured anchor did not sign is refused', async (t) => {
  const { load, text, anchorThumbprint } = await arrange(t);
  t.ok(await verifyGenesis(text, anchorThumbprint));
  const other = await createTestGenesis();
  for (const bad of [other.text, text.slice(0, -4), '', 'x.y.z']) {
    await t.rejects(load(bad), { code: 'REGISTRY_STATEMENT_INVALID' });
  }
});
