import { sql } from 'kysely';
import t from 'tap';
import { createTestStores } from '../helper.ts';
import { NOON } from '../trust.ts';
import { ASKER } from '../world.ts';

const LIST = 'https://passport.northmoor.example/status-lists/1';
const USE = {
  asker: ASKER,
  at: NOON,
  overall: 'pass',
  credentials: 1,
  passed: 1,
  reliances: [],
} as const;

t.test('A challenge is burned once, by its trust, before its end', async (t) => {
  const { challenges } = await createTestStores(t);
  const other = { odsCode: 'ZZC03', clientId: 'client-ZZC03' };
  for (const challenge of ['a', 'b']) {
    await challenges.create({ challenge, asker: ASKER, at: NOON, expiresAt: NOON + 1_000 });
  }
  t.equal(await challenges.burn({ ...USE, challenge: 'none' }), 'unknown');
  t.equal(await challenges.burn({ ...USE, challenge: 'a', asker: other }), 'unknown');
  t.equal(await challenges.burn({ ...USE, challenge: 'a' }), 'burned');
  t.equal(await challenges.burn({ ...USE, challenge: 'a' }), 'used');
  t.equal(await challenges.burn({ ...USE, challenge: 'b', at: NOON + 1_000 }), 'expired');
});

t.test('An answer that is unknown leaves a challenge open, and is audited', async (t) => {
  const { challenges, admin } = await createTestStores(t);
  await challenges.create({ challenge: 'a', asker: ASKER, at: NOON, expiresAt: NOON + 1_000 });
  const unknown = { ...USE, overall: 'unknown', challenge: 'a' } as const;
  t.equal(await challenges.burn({ ...unknown, challenge: 'none' }), 'unknown');
  const fates = await Promise.all([
    challenges.burn(unknown),
    challenges.burn(unknown),
    challenges.burn({ ...unknown, asker: { odsCode: 'ZZC03', clientId: 'client-ZZC03' } }),
  ]);
  t.same(fates, ['kept', 'kept', 'unknown']);
  t.equal(await challenges.burn({ ...unknown, at: NOON + 1_000 }), 'expired');
  t.equal(await challenges.burn({ ...USE, challenge: 'a' }), 'burned');
  t.equal(await challenges.burn(unknown), 'used');
  const { rows } = await admin.query(
    "select count(*)::int as kept from verifier.audit where event like '%challenge.kept%'",
  );
  t.same(rows, [{ kept: 2 }]);
});

t.test('No trust set, no challenge seen', async (t) => {
  const { challenges, db, admin } = await createTestStores(t);
  await challenges.create({ challenge: 'a', asker: ASKER, at: NOON, expiresAt: NOON + 1_000 });
  t.equal((await admin.query('select 1 from verifier.challenges')).rowCount, 1);
  t.same(await db.selectFrom('challenges').select('ods_code').execute(), []);
  await t.rejects(sql`update challenges set expires_at = now()`.execute(db), { code: '42501' });
});

t.test('Old challenges are purged, and only they', async (t) => {
  const { challenges, admin } = await createTestStores(t);
  for (const [challenge, expiresAt] of [
    ['old', NOON - 1],
    ['new', NOON],
  ] as const) {
    await challenges.create({ challenge, asker: ASKER, at: NOON - 5, expiresAt });
  }
  t.equal(await challenges.purge(new Date(NOON)), 1);
  t.equal((await admin.query('select 1 from verifier.challenges')).rowCount, 1);
});

t.test('The version seen of a list only rises', async (t) => {
  const { seenVersions } = await createTestStores(t);
  const advance = (version: number, digest = 'a') =>
    seenVersions.advance({ listUrl: LIST, version, digest: Buffer.from(digest), at: NOON });
  t.equal(await advance(NOON), 'newest');
  t.equal(await advance(NOON), 'newest');
  t.equal(await advance(NOON, 'b'), 'different');
  t.equal(await advance(NOON + 1, 'b'), 'newest');
  t.equal(await advance(NOON), 'older');
});

t.test('Of many versions met at once the highest stays', async (t) => {
  const { seenVersions, admin } = await createTestStores(t);
  const versions = Array.from({ length: 30 }, (_, at) => NOON + ((at * 7) % 30));
  await Promise.all(
    versions.map((version) =>
      seenVersions.advance({ listUrl: LIST, version, digest: Buffer.from('a'), at: NOON }),
    ),
  );
  const { rows } = await admin.query('select version from verifier.seen_list_versions');
  t.same(rows, [{ version: String(NOON + 29) }]);
});
