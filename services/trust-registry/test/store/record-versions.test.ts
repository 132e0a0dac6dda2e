import t from 'tap';
import type { Transaction } from 'kysely';
import { createKysely, createPool } from '#kit/database';
import { appendMissingVersions, appendVersions } from '../../src/store/record-versions.ts';
import { createRegistryReader } from '../../src/store/registry-reader.ts';
import type { Tables } from '../../src/store/tables.ts';
import { buildNorthmoor, DAY, newKey, NOW } from '../helper.ts';

async function open(t: Parameters<typeof buildNorthmoor>[0]) {
  const registry = await buildNorthmoor(t);
  const pool = createPool({
    url: registry.databaseUrl,
    applicationName: 'trust-registry-test',
    onError: () => {},
  });
  t.teardown(() => pool.end());
  const db = createKysely<Tables>(pool);
  const versions = () =>
    registry.query(
      'select epoch::int, ods_code, recorded_at from trust_registry.record_versions order by epoch',
    );
  return { registry, db, reader: createRegistryReader(db), versions };
}

const rename = (trx: Transaction<Tables>, odsCode: string, status: 'registered' | 'suspended') =>
  trx
    .updateTable('organisations')
    .set({ status })
    .where('ods_code', '=', odsCode)
    .executeTakeFirstOrThrow();

t.test('one change gives each organisation that it touched a version of one epoch', async (t) => {
  const { registry, versions } = await open(t);
  registry.clock.now = NOW + DAY;
  await registry.seed.leadEmployment('ZZA01', 'ZZB02');
  const last = (await versions()).slice(-2);
  t.same(
    last.map(({ epoch, ods_code }) => [epoch, ods_code]),
    [
      [4, 'ZZA01'],
      [4, 'ZZB02'],
    ],
  );
  t.ok(last.every(({ recorded_at }) => Number(recorded_at) === NOW + DAY));
});

t.test('a change that is rolled back leaves no version and takes no epoch', async (t) => {
  const { registry, db, reader, versions } = await open(t);
  const before = await versions();
  const failing = db.transaction().execute(async (trx) => {
    t.equal(await appendVersions(trx, ['ZZA01'], NOW), 4);
    throw new Error('no audit row');
  });
  await t.rejects(failing, { message: 'no audit row' });
  t.same(await versions(), before);
  t.equal((await reader.findPosition()).epoch, 3);
  await registry.seed.accreditation('ZZA01');
  t.equal((await reader.findPosition()).epoch, 4);
});

t.test('the times of versions rise with the epochs, also when a clock goes back', async (t) => {
  const { registry, versions } = await open(t);
  for (const now of [NOW + DAY, NOW, NOW - DAY, NOW + DAY]) {
    registry.clock.now = now;
    await registry.seed.key('ZZA01', newKey());
  }
  const times = (await versions()).map(({ recorded_at }) => Number(recorded_at));
  t.same(times.slice(-4), [NOW + DAY, NOW + DAY + 1, NOW + DAY + 2, NOW + DAY + 3]);
});

t.test('a version waits for the one before it and has what that one changed', async (t) => {
  const { db, reader } = await open(t);
  const { promise: holding, resolve: held } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const first = db.transaction().execute(async (trx) => {
    await rename(trx, 'ZZB02', 'suspended');
    const epoch = await appendVersions(trx, ['ZZB02'], NOW);
    held();
    await released;
    return epoch;
  });
  await holding;
  const second = db.transaction().execute((trx) => appendVersions(trx, ['ZZA01', 'ZZB02'], NOW));
  t.equal((await reader.readChangesSince(3)).epoch, 3, 'nothing is seen before the commit');
  release();
  t.same(await Promise.all([first, second]), [4, 5]);
  const { records } = await reader.readChangesSince(4);
  t.same(
    records.map(({ organisation }) => [organisation.odsCode, organisation.status]),
    [
      ['ZZA01', 'registered'],
      ['ZZB02', 'suspended'],
    ],
  );
});

t.test('a reader of the feed misses nothing while many change the registry at once', async (t) => {
  const { registry, reader } = await open(t);
  const codes = Array.from({ length: 6 }, (_, i) => `ZZM0${i}`);
  const writing = Promise.all(
    codes.map(async (odsCode) => {
      await registry.seed.organisation({ odsCode, name: 'Corvale Community Trust' });
      for (let each = 0; each < 5; each += 1) await registry.seed.key(odsCode, newKey());
    }),
  );
  const known = new Map<string, number>();
  let since = 0;
  // 3 epochs of Northmoor, then 6 of each of these
  while (since < 3 + codes.length * 6) {
    const { epoch, records } = await reader.readChangesSince(since);
    t.ok(records.every((record) => record.epoch > since && record.epoch <= epoch));
    for (const { organisation, keys } of records) known.set(organisation.odsCode, keys.length);
    since = epoch;
  }
  await writing;
  t.same(
    codes.map((odsCode) => known.get(odsCode)),
    codes.map(() => 5),
  );
});

t.test('organisations from before there were versions get one, once', async (t) => {
  const { registry, db, versions } = await open(t);
  await registry.query(`delete from trust_registry.record_versions where ods_code <> 'QZN'`);
  t.equal((await registry.get('/v1/organisations/ZZA01')).statusCode, 404);
  await Promise.all([1, 2, 3].map(() => appendMissingVersions(db, NOW + DAY)));
  t.same(
    (await versions()).map(({ epoch, ods_code }) => [epoch, ods_code]),
    [
      [1, 'QZN'],
      [4, 'ZZA01'],
      [4, 'ZZB02'],
    ],
  );
  t.equal((await registry.get('/v1/organisations/ZZA01')).statusCode, 200);
});
